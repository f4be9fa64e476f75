/**
 * Fields by which somebody asks for an identity, and which the API server does not know: near to a real
 * one, or a real one where it does not belong.
 *
 * Source: core/v1 PodSecurityContext, SecurityContext and WindowsSecurityContextOptions.
 */
import { isObject } from "../object";
import { nearest, plainWord } from "../near";
import type { FieldPath } from "../problem";
import { CONTAINER_LISTS } from "./windows-options";

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
/** What people write in a security context or in Windows options when they mean one of the two. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  credentialspec: CONTENTS,
  credspec: CONTENTS,
  gmsacredspec: CONTENTS,
  gmsaspec: CONTENTS,
  credentialspecname: NAME,
  credspecname: NAME,
  gmsa: NAME,
  gmsacredentialname: NAME,
  gmsacredentialspecref: NAME,
  gmsacredspecname: NAME,
  gmsaname: NAME,
  gmsaspecname: NAME,
  windows: WINDOWS_OPTIONS,
  winoptions: WINDOWS_OPTIONS,
};
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
 * All of a Pod or of the template of one: an object with a spec.
 *
 * @returns in the order in which they are written.
 */
export function wrongFieldsOf(pod: object): WrongField[] {
  return walk(pod, []);
}

/**
 * Those of a workload around its template, where kinds of Kubernetes have no such fields.
 *
 * @param template the fields that lead to it.
 */
export function wrongFieldsAround(workload: object, template: FieldPath): WrongField[] {
  const [first, ...rest] = template;
  if (first === undefined) return [];
  return Object.entries(workload).flatMap(([key, member]: [string, unknown]) => {
    if (key === first) {
      return isObject(member) ? prefixed(wrongFieldsAround(member, rest), key) : [];
    }
    if (key === "securityContext" && isObject(member)) {
      return prefixed(misplacedIn(member, []), key);
    }
    return meaningOf(key) === undefined ? [] : [misplaced([key], meaningOf(key) ?? "")];
  });
}

function prefixed(fields: readonly WrongField[], key: string): WrongField[] {
  return fields.map(field => ({ ...field, path: [key, ...field.path] }));
}

function walk(value: object, path: FieldPath): WrongField[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]): WrongField[] => {
    if (FREE.has(key)) return [];
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === "securityContext" && isHolder(path)) {
      return isObject(member) ? contextFields(member, here) : [];
    }
    const meant = Array.isArray(value) ? undefined : meaningOf(key);
    if (meant !== undefined) return [misplaced(here, meant)];
    if (!isObject(member)) return [];
    return isHolder(path) && nearest(key, ["securityContext"]) !== undefined
      ? misnamedContext(member, here)
      : walk(member, here);
  });
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
    const here = [...path, key];
    if (key === WINDOWS_OPTIONS) return isObject(member) ? optionFields(member, here) : [];
    const meant = nearest(key, known) ?? wordIn(key, member);
    if (meant === WINDOWS_OPTIONS) {
      return [{ path: here, meant, isMisplaced: false, isGmsa: asksWithin(member) }];
    }
    if (OPTIONS.includes(meant ?? "") || (meant === undefined && OPTIONS.includes(key))) {
      return [misplaced(here, meant ?? key)];
    }
    const option = known.includes(key) || meant !== undefined ? undefined : nearest(key, OPTIONS);
    if (option !== undefined) return [misplaced(here, option)];
    return meant === undefined ? [] : [{ path: here, meant, isMisplaced: false, isGmsa: false }];
  });
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
  const meant = OTHER_WORDS[plainWord(key)];
  return meant === WINDOWS_OPTIONS && !asksWithin(value) ? undefined : meant;
}

function misnamedContext(context: object, path: FieldPath): WrongField[] {
  if (!asksWithin(context)) return [];
  return [{ path, meant: "securityContext", isMisplaced: false, isGmsa: true }];
}

function misplacedIn(context: object, path: FieldPath): WrongField[] {
  return Object.entries(context).flatMap(([key]) => {
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
  const words = [NAME, CONTENTS, WINDOWS_OPTIONS];
  return words.find(word => word === key) ?? nearest(key, words);
}

function isGmsa(meant: string): boolean {
  return meant === NAME || meant === CONTENTS;
}

/** Whether an identity is asked for somewhere in a value. */
function asksWithin(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).some(([key, member]: [string, unknown]) => {
      const meant = meaningOf(key) ?? OTHER_WORDS[plainWord(key)];
      return (meant !== undefined && isGmsa(meant)) || asksWithin(member);
    })
  );
}
