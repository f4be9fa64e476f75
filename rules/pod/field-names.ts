/**
 * Fields by which somebody asks for an identity, and which the API server does not know: near to a real
 * one, or a real one where it does not belong.
 *
 * Source: core/v1 PodSecurityContext, SecurityContext and WindowsSecurityContextOptions.
 */
import { keyFix } from "../fix";
import type { Fix, FieldPath } from "../problem";
import { isObject } from "../object";
import { isOnlyNear, nearest, plainWord } from "../near";
import { CONTAINER_LISTS, type PodLike } from "./windows-options";

/** A field that the API server refuses or drops. */
export interface WrongField {
  /** From the root of what was looked at. */
  path: FieldPath;
  /** What was probably meant; a path from the spec of the Pod or the container. */
  meant: string;
  /** It is where a field of this meaning does not belong; otherwise its name alone is wrong. */
  isMisplaced: boolean;
  /** It asks for an identity. */
  isGmsa: boolean;
  /** Absent where something else may be meant as well. */
  fix?: Fix;
}

const WINDOWS_OPTIONS = "windowsOptions";
const NAME = "gmsaCredentialSpecName";
const CONTENTS = "gmsaCredentialSpec";
const OPTIONS = [NAME, CONTENTS, "hostProcess", "runAsUserName"];
const OF_BOTH = [
  "runAsGroup",
  "runAsNonRoot",
  "runAsUser",
  "seLinuxOptions",
  "seccompProfile",
  "appArmorProfile",
  WINDOWS_OPTIONS,
];
const OF_POD = [
  ...OF_BOTH,
  "fsGroup",
  "fsGroupChangePolicy",
  "seLinuxChangePolicy",
  "supplementalGroups",
  "supplementalGroupsPolicy",
  "sysctls",
];
const OF_CONTAINER = [
  ...OF_BOTH,
  "allowPrivilegeEscalation",
  "capabilities",
  "privileged",
  "procMount",
  "readOnlyRootFilesystem",
];
/** What people begin a word with in a security context when they mean Windows options. */
const FOR_OPTIONS = /^win/;
/** What no field has in its name but those that ask for an identity. */
const FOR_IDENTITY = /gmsa|cred(?:ential)?spec/;
const CONTEXT = ["securityContext"];
const METADATA = ["metadata"];
const WORDS = [NAME, CONTENTS, WINDOWS_OPTIONS];
const ALL = [...new Set([...OF_POD, ...OF_CONTAINER, ...OPTIONS, ...CONTEXT])];
/** Of what is near to one of them. */
const SHORTEST = WINDOWS_OPTIONS.length - 2;
/** With separators between its words. */
const LONGEST = 2 * NAME.length;

/** What every object begins with. */
const HEAD = new Set(["apiVersion", "kind", "status"]);
/** Maps whose keys are for users to choose. */
const FREE = new Set([
  "metadata",
  "nodeSelector",
  "matchLabels",
  "volumeAttributes",
  "limits",
  "requests",
]);

/**
 * All of the spec and the metadata of a Pod or of the template of one.
 *
 * @returns those of the metadata first, then in the order in which they are written.
 */
export function wrongFieldsOf({ metadata, spec }: PodLike): WrongField[] {
  const found = misplacedIn(metadata, METADATA);
  collect({ spec }, [], found);
  return found.map(field => {
    const fix = fixOf(field);
    return fix === undefined ? field : { ...field, fix };
  });
}

/** The only place and name that can be meant. */
function fixOf({ path, meant, isMisplaced }: WrongField): Fix | undefined {
  const key = String(path.at(-1));
  if (isMisplaced) return moveTo(meant, path);
  const isNameInContents = meant === NAME && plainWord(key) === plainWord(CONTENTS);
  return isNameInContents || isOnlyNear(key, meant, ALL) ? keyFix(path, meant) : undefined;
}

/** What is in the spec of the Pod, in a container, or in the security context of one is meant for that. */
function moveTo(meant: string, path: FieldPath): Fix | undefined {
  const above = path.slice(0, -1);
  const holder = above.at(-1) === CONTEXT[0] ? above.slice(0, -1) : above;
  if (!isHolder(holder) || !isOnlyNear(String(path.at(-1)), meant.split(".").at(-1) ?? "", ALL)) {
    return undefined;
  }
  return { path, edit: { kind: "move", to: [...holder, ...meant.split(".")] } };
}

/**
 * Those of a workload around its template, where kinds of Kubernetes have no such fields.
 *
 * @param template the fields that lead to it; none for a Pod.
 */
export function wrongFieldsAround(workload: object, template: FieldPath): WrongField[] {
  // In the template, and in a Pod, it is the spec that is looked at by itself.
  const [next = "spec", ...rest] = template;
  return Object.entries(workload).flatMap(([key, member]: [string, unknown]) => {
    if (HEAD.has(key)) return [];
    if (key === next) {
      const isAbove = isObject(member) && template.length > 0;
      return isAbove ? prefixed(wrongFieldsAround(member, rest), key) : [];
    }
    // The metadata of the template is looked at with its spec.
    if (key === "securityContext" || (key === METADATA[0] && template.length > 0)) {
      return misplacedIn(member, [key]);
    }
    return meaningOf(key) === undefined ? [] : [misplaced([key], meaningOf(key) ?? "")];
  });
}

function prefixed(fields: readonly WrongField[], key: string): WrongField[] {
  return fields.map(field => ({ ...field, path: [key, ...field.path] }));
}

/**
 * Every key of a manifest comes by here: a path is written only for what is found.
 *
 * @param path of `value`; as it was at the end.
 */
function collect(value: object, path: (string | number)[], found: WrongField[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const member: unknown = value[index];
      if (isObject(member)) collectAt(member, path, { key: index, found });
    }
    return;
  }
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    if (FREE.has(key)) continue;
    const meant = meaningOf(key);
    if (meant !== undefined) found.push(misplaced([...path, key], meant));
    else if (isObject(member)) collectAt(member, path, { key, found });
  }
}

/** @param path of what holds the value. */
function collectAt(
  value: object,
  path: (string | number)[],
  { key, found }: { key: string | number; found: WrongField[] },
): void {
  const context = typeof key === "string" && isHolder(path) ? contextNamed(key) : undefined;
  path.push(key);
  if (context === undefined) collect(value, path, found);
  else found.push(...context(value, [...path]));
  path.pop();
}

/** What looks at a field of a holder, if it is a security context or is meant as one. */
function contextNamed(key: string): ((value: object, path: FieldPath) => WrongField[]) | undefined {
  if (key === "securityContext") return contextFields;
  return nearest(key, CONTEXT) === undefined ? undefined : misnamedContext;
}

/** The spec of the Pod, or one of its containers. */
function isHolder(path: FieldPath): boolean {
  const [spec, list, index] = path;
  if (spec !== "spec") return false;
  return (
    path.length === 1 ||
    (path.length === 3 && String(list) in CONTAINER_LISTS && typeof index === "number")
  );
}

function contextFields(context: object, path: FieldPath): WrongField[] {
  const known = path.length === 2 ? OF_POD : OF_CONTAINER;
  return Object.entries(context).flatMap(([key, member]: [string, unknown]): WrongField[] => {
    if (key === WINDOWS_OPTIONS)
      return isObject(member) ? optionFields(member, [...path, key]) : [];
    const field = known.includes(key) ? undefined : contextField([...path, key], member, known);
    return field === undefined ? [] : [field];
  });
}

function contextField(
  path: FieldPath,
  value: unknown,
  known: readonly string[],
): WrongField | undefined {
  const key = String(path.at(-1));
  const meant = OPTIONS.includes(key)
    ? key
    : (nearest(key, known) ?? nearest(key, OPTIONS) ?? wordIn(key, value));
  if (meant === undefined) return undefined;
  if (OPTIONS.includes(meant))
    return misplaced(path, key === CONTENTS ? key : meantFor(meant, value));
  const isGmsaField = meant === WINDOWS_OPTIONS && asksWithin(value);
  return { path, meant, isMisplaced: false, isGmsa: isGmsaField };
}

function optionFields(options: object, path: FieldPath): WrongField[] {
  return Object.entries(options).flatMap(([key, member]: [string, unknown]) => {
    if (OPTIONS.includes(key)) return [];
    const meant = nearest(key, OPTIONS) ?? wordIn(key, member);
    return meant === undefined || meant === WINDOWS_OPTIONS
      ? []
      : {
          path: [...path, key],
          meant: meantFor(meant, member),
          isMisplaced: false,
          isGmsa: isGmsa(meant),
        };
  });
}

/** A name in the place of contents is meant as a name. */
function meantFor(meant: string, value: unknown): string {
  return meant === CONTENTS && typeof value === "string" && !value.trim().startsWith("{")
    ? NAME
    : meant;
}

function wordIn(key: string, value: unknown): string | undefined {
  const meant = otherWord(key);
  return meant === WINDOWS_OPTIONS && !asksWithin(value) ? undefined : meant;
}

/** What a word of no field means in a security context: windowsCredentialSpec is of a draft. */
function otherWord(key: string): string | undefined {
  const plain = plainWord(key);
  if (!FOR_IDENTITY.test(plain)) return FOR_OPTIONS.test(plain) ? WINDOWS_OPTIONS : undefined;
  return /spec$|json$|contents?$/.test(plain) ? CONTENTS : NAME;
}

function misnamedContext(context: object, path: FieldPath): WrongField[] {
  if (!asksWithin(context)) return [];
  return [{ path, meant: "securityContext", isMisplaced: false, isGmsa: true }];
}

function misplacedIn(context: unknown, path: FieldPath): WrongField[] {
  return !isObject(context)
    ? []
    : Object.entries(context).flatMap(([key]) => {
        const meant = meaningOf(key);
        return meant === undefined ? [] : [misplaced([...path, key], meant)];
      });
}

function misplaced(path: FieldPath, meant: string): WrongField {
  const whole =
    meant === WINDOWS_OPTIONS
      ? `securityContext.${WINDOWS_OPTIONS}`
      : `securityContext.${WINDOWS_OPTIONS}.${meant}`;
  return {
    path,
    meant: whole,
    isMisplaced: true,
    isGmsa: meant === WINDOWS_OPTIONS || isGmsa(meant),
  };
}

/** What a key means wherever it is: only words that nothing else is called by. */
function meaningOf(key: string): string | undefined {
  // Nearly all keys are shorter or longer.
  if (key.length < SHORTEST || key.length > LONGEST) return undefined;
  return WORDS.find(word => word === key) ?? nearest(key, WORDS);
}

function isGmsa(meant: string): boolean {
  return meant === NAME || meant === CONTENTS;
}

/** Whether an identity is asked for somewhere in a value. */
function asksWithin(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).some(([key, member]: [string, unknown]) => {
      const meant = meaningOf(key) ?? otherWord(key);
      return (meant !== undefined && isGmsa(meant)) || asksWithin(member);
    })
  );
}
