/** Objects that were to be a GMSACredentialSpec, and contents that are where they do not belong. */
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
/** How people shorten the kind. */
const SHORT_KINDS = ["gmsacredspec", "gmsacredspecs", "gmsacredentialsspec", "gmsaspec"];
const DEEPEST = 5;

/**
 * Whether an object is a GMSACredentialSpec of another group, version or spelling: by its kind, or by
 * what it holds under `credspec`.
 */
export function isNearCredspec(object: ObjectLike): boolean {
  if (isCredspec(object)) return false;
  return isNearKind(object.kind) || hasContents((object as { credspec?: unknown }).credspec);
}

/** What it must be called. */
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

/** None where another operator may have such a kind, or the contents may be of another one. */
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
  return distance(kind, plainWord(CREDSPEC_KIND)) <= 2 || SHORT_KINDS.includes(kind);
}

/** Where the contents are, if they are not under `credspec`. */
export interface MisplacedContents {
  path: FieldPath;
}

/** The contents of a credential spec in another place than the one where they belong. */
export function misplacedContents(object: ObjectLike): MisplacedContents | undefined {
  const { credspec } = object as { credspec?: unknown };
  if (hasContents(credspec) || hasContents(objectIn(credspec))) return undefined;
  const path = findContents(object, [], DEEPEST);
  return path === undefined ? undefined : { path };
}

/** Where they belong. */
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

/** The nearest first. */
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

/** What a text of JSON says: the file of New-CredentialSpec as it is. */
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
