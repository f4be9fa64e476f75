import { isDeepStrictEqual } from "node:util";

import { hasDuplicateKeys, parseObject, type JsonObject, type Malformation } from "../json-object";

/** How the contents in a Pod compare with the credential spec that it names. */
export type ContentsVerdict = "equal" | "different" | Malformation;

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
  const value = parseObject(contents);
  if (typeof value === "string") return value;
  if (!isDeepStrictEqual(value, credspec.value)) return "different";
  return hasDuplicateKeys(contents, value) ? "duplicate keys" : "equal";
}
