/**
 * Finds objects that were probably meant to be a GMSACredentialSpec, and contents in the wrong place.
 */
import { distance } from "fastest-levenshtein";

import { valueFix } from "../fix";
import { type Fix, fieldOf, type FieldPath, type Problem } from "../problem";
import { groupOf, isObject, type ObjectLike } from "../object";
import { isNear, plainWord } from "../near";
import { KNOWN_KEYS } from "./checks/schema";
import { CREDSPEC_KIND, CREDSPEC_RESOURCE, isCredspec, OLD_GROUPS } from "./resource";

const { group, version } = CREDSPEC_RESOURCE;
const API_VERSION = `${group}/${version}`;
const OLD_VERSION = `${group}/v1alpha1`;
const EXACT = new Set(KNOWN_KEYS.credspec);
const KEYS = (KNOWN_KEYS.credspec ?? []).map(plainWord);
/** Common short forms of the kind. */
const SHORT_KINDS = ["gmsacredspec", "gmsacredspecs", "gmsacredentialsspec", "gmsaspec"];
const PLAIN_KIND = plainWord(CREDSPEC_KIND);
/** How many letters of a kind may differ. */
const TOLERANCE = 2;
const DEEPEST = 5;

/**
 * Whether an object resembles a GMSACredentialSpec but has another group, version or spelling: by its
 * kind, or by the keys under `credspec`.
 */
export function isNearCredspec(object: ObjectLike): boolean {
  if (isCredspec(object)) return false;
  return isNearKind(object.kind) || hasContents((object as { credspec?: unknown }).credspec);
}

/** Reports a deprecated version, or an apiVersion and kind that must be corrected. */
export function checkKind(object: ObjectLike): Problem<"credspec kind" | "old version">[] {
  if (object.apiVersion === OLD_VERSION && object.kind === CREDSPEC_KIND) {
    return [
      {
        level: "information",
        reason: "old version",
        places: [{ path: ["apiVersion"], text: "apiVersion" }],
        problem: `${OLD_VERSION} is served, but deprecated`,
        remedy: `Write apiVersion: ${API_VERSION}.`,
        fixes: [valueFix(["apiVersion"], API_VERSION)],
      },
    ];
  }
  if (!isNearCredspec(object)) return [];
  const isKind = object.kind === CREDSPEC_KIND;
  const path = [isKind ? "apiVersion" : "kind"];
  const found = `${object.kind} of ${object.apiVersion}`;
  return [
    {
      level: "error",
      reason: "credspec kind",
      places: [{ path, text: fieldOf(path) }],
      problem: `${found} is not a credential spec in any cluster, so nothing can use it`,
      remedy: `Write apiVersion: ${API_VERSION} and kind: ${CREDSPEC_KIND}.`,
      ...kindFixes(object),
    },
  ];
}

/**
 * Returns no corrections if the kind may belong to another operator, or the contents to another kind.
 */
function kindFixes(object: ObjectLike): { fixes?: readonly Fix[] } {
  const ofGroup = groupOf(object);
  const isOurs = OLD_GROUPS.includes(ofGroup) || isNear(ofGroup, group);
  const isKind = isNearKind(object.kind);
  const hasOwn = hasContents((object as { credspec?: unknown }).credspec);
  if (!isKind || !(isOurs || hasOwn)) return {};
  return {
    fixes: [
      ...(object.apiVersion === API_VERSION ? [] : [valueFix(["apiVersion"], API_VERSION)]),
      ...(object.kind === CREDSPEC_KIND ? [] : [valueFix(["kind"], CREDSPEC_KIND)]),
    ],
  };
}

function isNearKind(name: string): boolean {
  const kind = plainWord(name);
  // Most kinds are shorter, so their letters need not be compared.
  const mayBeNear = Math.abs(kind.length - PLAIN_KIND.length) <= TOLERANCE;
  return (mayBeNear && distance(kind, PLAIN_KIND) <= TOLERANCE) || SHORT_KINDS.includes(kind);
}

/** Contents that are not under `credspec`, and their path. */
export interface MisplacedContents {
  path: FieldPath;
}

/**
 * Returns the contents of a credential spec that are in the wrong place; undefined if there are none.
 */
export function misplacedContents(object: ObjectLike): MisplacedContents | undefined {
  const { credspec } = object as { credspec?: unknown };
  if (hasContents(credspec) || hasContents(objectIn(credspec))) return undefined;
  const path = findContents(object, [], DEEPEST);
  return path === undefined ? undefined : { path };
}

/**
 * Returns the path of the contents of a credential spec in any value; empty if the value is such contents,
 * and undefined if there are none.
 */
export function contentsWithin(value: unknown): FieldPath | undefined {
  return findContents(value, [], DEEPEST);
}

/** Reports that the contents belong under `credspec`. */
export function misplacedProblem({ path }: MisplacedContents): Problem<"contents misplaced"> {
  const where = path.length === 0 ? "beside apiVersion and kind" : `under ${fieldOf(path)}`;
  return {
    level: "error",
    reason: "contents misplaced",
    places: [{ path, text: path.length === 0 ? "credspec" : fieldOf(path) }],
    problem: `the contents are ${where}, where the API server does not look for them`,
    remedy: "Put CmsPlugins, DomainJoinConfig and ActiveDirectoryConfig directly under credspec.",
  };
}

/** Returns the path of the first object with contents, outer objects first. */
function findContents(value: unknown, path: FieldPath, levels: number): FieldPath | undefined {
  if (levels === 0 || path.includes("annotations")) return undefined;
  if (hasContents(value) || hasContents(objectIn(value))) return path;
  if (!isObject(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = findContents(
      member,
      [...path, Array.isArray(value) ? Number(key) : key],
      levels - 1,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Parses a text that may be the JSON file of New-CredentialSpec. */
function objectIn(text: unknown): unknown {
  if (typeof text !== "string" || !text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasContents(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.keys(value).some(key => EXACT.has(key) || KEYS.includes(plainWord(key)))
  );
}
