/**
 * JSON whose every key and digit counts. JSON.parse keeps the last of two equal keys, puts keys
 * that are integers first, and reads 1.0 as 1 and 12345678901234567890 as another number.
 */

const INTEGER = /^(0|[1-9]\d*)$/;
/** A text in JSON, with its quotes. */
export const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;
/** What readers of YAML refuse to see unescaped; JSON allows it. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * Whether a value that was read from JSON or YAML may have lost what was written there: it has a
 * number, or a key of digits. Whether a key is there twice, a value cannot tell.
 */
export function mayHaveLost(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "number";
  return (
    (!Array.isArray(value) && Object.keys(value).some(key => INTEGER.test(key))) ||
    Object.values(value).some(mayHaveLost)
  );
}

/** The same JSON as a value in YAML, of which JSON is a part. */
export function asYamlValue(json: string): string {
  return json
    .trim()
    .replace(JSON_STRING, token => escapeUnprintable(sameString(token)))
    .replace(/\r\n?|\n/g, "\n")
    .replace(/^[\t ]+/gm, indent => indent.replace(/\t/g, "  "))
    .replace(/\n/g, "\n  ");
}

/** A string with as few escapes as can be; YAML does not read pairs of surrogates as JSON does. */
function sameString(token: string): string {
  return JSON.stringify(JSON.parse(token));
}

function escapeUnprintable(token: string): string {
  return token.replace(
    UNPRINTABLE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
