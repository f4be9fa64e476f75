import { isDeepStrictEqual } from "node:util";

/** A decoded JSON object. */
export type JsonObject = Record<string, unknown>;

/** Why contents cannot be those of any credential spec. */
export type Malformation = "not JSON" | "not an object" | "duplicate keys";

/** How the contents in a Pod compare with the credential spec that it names. */
export type ContentsVerdict = "equal" | "different" | Malformation;

/** Each malformation as a predicate of the contents. */
export const MALFORMED: Readonly<Record<Malformation, string>> = {
  "not JSON": "are not valid JSON",
  "not an object": "are not a JSON object",
  "duplicate keys": "have the same key twice in one object",
};

/** A credential spec as stored, with the text that is inlined into Pods. */
export interface Credspec {
  value: JsonObject;
  /** canonicalJson(value). */
  contents: string;
}

/**
 * Compares the contents in a Pod with a credential spec, as JSON values: white space, escapes and the
 * order of keys do not matter.
 *
 * Duplicate keys are refused although JSON.parse accepts them, because it is unknown which of the two
 * Windows would use.
 */
export function compareContents(contents: string, credspec: Credspec): ContentsVerdict {
  if (contents === credspec.contents) return "equal";
  const value = parsed(contents);
  if (typeof value === "string") return value;
  if (!isDeepStrictEqual(value, credspec.value)) return "different";
  return hasDuplicateKeys(contents, value) ? "duplicate keys" : "equal";
}

/** Returns why contents are refused beside the name of any credential spec, if they are. */
export function malformationOf(contents: string): Malformation | undefined {
  const value = parsed(contents);
  if (typeof value === "string") return value;
  return hasDuplicateKeys(contents, value) ? "duplicate keys" : undefined;
}

/** @returns the object, or why there is none. */
function parsed(contents: string): JsonObject | Exclude<Malformation, "duplicate keys"> {
  try {
    const value: unknown = JSON.parse(contents);
    const isJsonObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isJsonObject ? (value as JsonObject) : "not an object";
  } catch {
    return "not JSON";
  }
}

/**
 * Whether an object in a JSON text has the same key twice.
 *
 * @param value JSON.parse(json)
 */
export function hasDuplicateKeys(json: string, value: object): boolean {
  return countColons(json) !== countKeys(value);
}

/** In valid JSON, each colon outside of a string belongs to one key. */
function countColons(json: string): number {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
}

/** Counts the keys at every depth. */
function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const members: unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, member) => sum + countKeys(member), own);
}
