import { isDeepStrictEqual } from "node:util";

/** A decoded JSON object. */
export type JsonObject = Record<string, unknown>;

/** How contents that a Pod carries relate to the credspec they are said to be. */
export type ContentsVerdict =
  | "equal"
  | "different"
  | "not JSON"
  | "not an object"
  | "duplicate keys";

/** A credspec as stored, with the text that Pods get. */
export interface Credspec {
  value: JsonObject;
  /** canonicalJson(value). */
  contents: string;
}

/**
 * Compares the contents in a Pod with a credspec, as JSON values: white space, escapes and the
 * order of keys do not matter.
 *
 * Keys that occur twice are refused although JSON.parse accepts them: which of the two Windows
 * would follow is not ours to guess.
 */
export function compareContents(contents: string, credspec: Credspec): ContentsVerdict {
  if (contents === credspec.contents) return "equal";
  let value: unknown;
  try {
    value = JSON.parse(contents);
  } catch {
    return "not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not an object";
  if (!isDeepStrictEqual(value, credspec.value)) return "different";
  return hasDuplicateKeys(contents, value) ? "duplicate keys" : "equal";
}

/**
 * Whether a key is there twice in one object of a JSON text.
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

/** Keys at every depth. */
function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const members: unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, member) => sum + countKeys(member), own);
}
