/**
 * Finds fields that request GMSA but that the API server does not know: misspelt fields, or correct ones
 * in the wrong place.
 *
 * Source: core/v1 PodSecurityContext, SecurityContext and WindowsSecurityContextOptions.
 */
import { isObject } from "../object";
import { nearest, plainWord } from "../near";
import type { FieldPath } from "../problem";
import {
  CONTENTS,
  CONTEXT,
  isHolder,
  NAME,
  OF_CONTAINER,
  OF_POD,
  OPTIONS,
  WINDOWS_OPTIONS,
} from "./security-fields";
import type { PodLike } from "./windows-options";
import { withFix, type WrongField } from "./wrong-field";

/** The beginning of words in a security context that mean Windows options. */
const FOR_OPTIONS = /^win/;
/** Only the names of GMSA fields match this. */
const FOR_IDENTITY = /gmsa|cred(?:ential)?spec/;
const METADATA = ["metadata"];
const WORDS = [NAME, CONTENTS, WINDOWS_OPTIONS];
/** The shortest key that can be near to one of them. */
const SHORTEST = WINDOWS_OPTIONS.length - 2;
/** The longest key that can be near to one of them, including separators. */
const LONGEST = 2 * NAME.length;

/** Maps with arbitrary keys. */
const FREE = new Set([
  "metadata",
  "nodeSelector",
  "matchLabels",
  "volumeAttributes",
  "limits",
  "requests",
]);

/**
 * Returns all wrong fields in the spec and the metadata of a Pod or a Pod template.
 *
 * @returns the fields of the metadata first, then those of the spec in the order of the manifest.
 */
export function wrongFieldsOf({ metadata, spec }: PodLike): WrongField[] {
  const found = misplacedIn(metadata, METADATA);
  collect({ spec }, [], found);
  return found.map(field => withFix(field, { metadata, spec }));
}

/**
 * Returns the wrong GMSA fields of a security context that is not in a Pod or a Pod template. Its other
 * fields may be those of its controller.
 *
 * @param path the path of the security context, for the result.
 */
export function wrongSettingsOf(context: object, path: FieldPath): WrongField[] {
  return contextFields(context, path)
    .filter(({ isGmsa }) => isGmsa)
    .map(field => withFix(field));
}

/**
 * Returns wrong fields of a workload outside of its template, where the kinds of Kubernetes do not have
 * such fields.
 *
 * @param template the path of the template; empty for a Pod.
 */
export function wrongFieldsAround(workload: object, template: FieldPath): WrongField[] {
  // The template, or the spec of a Pod, is checked by wrongFieldsOf.
  const [next = "spec", ...rest] = template;
  return Object.entries(workload).flatMap(([key, member]: [string, unknown]) => {
    if (key === next) {
      const isAbove = isObject(member) && template.length > 0;
      return isAbove ? prefixed(wrongFieldsAround(member, rest), key) : [];
    }
    // wrongFieldsOf checks the metadata of the template together with its spec.
    if (key === "securityContext" || (key === METADATA[0] && template.length > 0)) {
      return misplacedIn(member, [key]);
    }
    const meant = meaningOf(key);
    return meant === undefined ? [] : [misplaced([key], meant)];
  });
}

function prefixed(fields: readonly WrongField[], key: string): WrongField[] {
  return fields.map(field => ({ ...field, path: [key, ...field.path] }));
}

/**
 * Runs for every key of a manifest, so it copies the path only for what it finds.
 *
 * @param path the path of `value`. It is modified, and restored on return.
 */
function collect(value: object, path: (string | number)[], found: WrongField[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const member: unknown = value[index];
      if (isObject(member)) collectWithin(member, path, index, found);
    }
  } else {
    collectOfObject(value as Record<string, unknown>, path, found);
  }
}

function collectOfObject(
  value: Readonly<Record<string, unknown>>,
  path: (string | number)[],
  found: WrongField[],
): void {
  const isOfHolder = isHolder(path);
  for (const key of Object.keys(value)) {
    if (FREE.has(key)) continue;
    const meant = meaningOf(key);
    const member = value[key];
    if (meant !== undefined) {
      found.push(misplaced([...path, key], meant));
    } else if (isObject(member)) {
      const context = isOfHolder ? contextNamed(key) : undefined;
      if (context === undefined) collectWithin(member, path, key, found);
      else found.push(...context(member, [...path, key]));
    }
  }
}

/** @param path the path of the field that holds the value. */
function collectWithin(
  value: object,
  path: (string | number)[],
  key: string | number,
  found: WrongField[],
): void {
  path.push(key);
  collect(value, path, found);
  path.pop();
}

/** Returns the check for a field of a holder, if the field is a security context or is near to one. */
function contextNamed(key: string): ((value: object, path: FieldPath) => WrongField[]) | undefined {
  if (key === "securityContext") return contextFields;
  return nearest(key, [CONTEXT]) === undefined ? undefined : misnamedContext;
}

function contextFields(context: object, path: FieldPath): WrongField[] {
  const known = path.length === 2 ? OF_POD : OF_CONTAINER;
  return Object.entries(context).flatMap(([key, member]: [string, unknown]): WrongField[] => {
    if (key === WINDOWS_OPTIONS)
      return isObject(member) ? optionFields(member, [...path, key]) : [];
    if (known.includes(key)) return [];
    const field = contextField([...path, key], member, known);
    return field === undefined ? fieldsBelow(member, [...path, key]) : [field];
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
      ? fieldsBelow(member, [...path, key])
      : {
          path: [...path, key],
          meant: meantFor(meant, member),
          isMisplaced: false,
          isGmsa: isGmsa(meant),
        };
  });
}

/** Fields one or more levels too deep, below a key that means nothing. */
function fieldsBelow(value: unknown, path: (string | number)[]): WrongField[] {
  const found: WrongField[] = [];
  if (isObject(value)) collect(value, path, found);
  return found;
}

/** A name in the field for contents was meant for the field for the name. */
function meantFor(meant: string, value: unknown): string {
  return meant === CONTENTS && typeof value === "string" && !value.trim().startsWith("{")
    ? NAME
    : meant;
}

function wordIn(key: string, value: unknown): string | undefined {
  const meant = otherWord(key);
  return meant === WINDOWS_OPTIONS && !asksWithin(value) ? undefined : meant;
}

/**
 * Returns the meaning of other words in a security context. windowsCredentialSpec is from an early
 * draft.
 */
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
  if (!isObject(context)) return [];
  const found: WrongField[] = [];
  for (const key of Object.keys(context)) {
    const meant = meaningOf(key);
    if (meant !== undefined) found.push(misplaced([...path, key], meant));
  }
  return found;
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

/** Returns the meaning of a key at any level. Only words without another use are matched. */
function meaningOf(key: string): string | undefined {
  // Most keys are shorter or longer.
  if (key.length < SHORTEST || key.length > LONGEST) return undefined;
  return WORDS.includes(key) ? key : nearest(key, WORDS);
}

function isGmsa(meant: string): boolean {
  return meant === NAME || meant === CONTENTS;
}

/** Whether a value requests a GMSA identity at any level. */
function asksWithin(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).some(([key, member]: [string, unknown]) => {
      const meant = meaningOf(key) ?? otherWord(key);
      return (meant !== undefined && isGmsa(meant)) || asksWithin(member);
    })
  );
}
