/** Texts that should be one JSON object. */

/** A decoded JSON object. */
export type JsonObject = Record<string, unknown>;

/** Why a text is not one JSON object. */
export type Malformation = "not JSON" | "not an object" | "duplicate keys";

/** Each reason, as a clause about contents. */
export const MALFORMED: Readonly<Record<Malformation, string>> = {
  "not JSON": "are not valid JSON",
  "not an object": "are not a JSON object",
  "duplicate keys": "have the same key twice in one object",
};

/** Returns why a text is not one JSON object, if it is not. */
export function malformationOf(text: string): Malformation | undefined {
  const value = parseObject(text);
  if (typeof value === "string") return value;
  return hasDuplicateKeys(text, value) ? "duplicate keys" : undefined;
}

/** @returns the object, or why there is none. */
export function parseObject(text: string): JsonObject | Exclude<Malformation, "duplicate keys"> {
  try {
    const value: unknown = JSON.parse(text);
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
