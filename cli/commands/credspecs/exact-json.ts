/**
 * JSON in which every key and digit counts. JSON.parse keeps only the last of two equal keys, puts integer
 * keys first, and reads 1.0 as 1 and 12345678901234567890 as another number.
 */

const INTEGER = /^(0|[1-9]\d*)$/;
/** A JSON string with its quotes. */
const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;
/** Characters that YAML parsers refuse unescaped, although JSON allows them. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * Whether parsing may have lost a part of this value: it has a number, or a key that is an integer. Duplicate
 * keys cannot be detected in a value.
 */
export function mayHaveLost(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "number";
  return (
    (!Array.isArray(value) && Object.keys(value).some(key => INTEGER.test(key))) ||
    Object.values(value).some(mayHaveLost)
  );
}

/** The same JSON as a YAML value. YAML includes JSON. */
export function asYamlValue(json: string): string {
  return json
    .trim()
    .replace(JSON_STRING, token => escapeUnprintable(sameString(token)))
    .replace(/\r\n?|\n/g, "\n")
    .replace(/^[\t ]+/gm, indent => indent.replace(/\t/g, "  "))
    .replace(/\n/g, "\n  ");
}

/** A string with as few escapes as possible. YAML does not read surrogate pairs like JSON does. */
function sameString(token: string): string {
  return JSON.stringify(JSON.parse(token));
}

function escapeUnprintable(token: string): string {
  return token.replace(
    UNPRINTABLE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
