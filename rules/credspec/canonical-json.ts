/**
 * JSON exactly as Go's encoding/json writes a decoded object, so that contents inlined here are
 * byte for byte those that kubernetes-sigs/windows-gmsa inlines from the same credspec.
 */

const ESCAPED_FOR_HTML = /[<>&\u2028\u2029]/g;
/** What UTF-16 sorts in another order than UTF-8 does: surrogates come before U+E000 to U+FFFF. */
const SORTED_OTHERWISE = /[\ud800-\uffff]/;

/**
 * Writes a JSON value without white space, keys sorted by their UTF-8 bytes, and with the escapes
 * of Go's json.Marshal: `<` `>` `&` U+2028 U+2029 as \u003c ..., short forms for \b \f \n \r \t.
 *
 * @param value what JSON.parse returns. Integers beyond 2^53 have lost precision there already;
 *   every field of a credspec is a string, so none occur.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) return canonicalObject(value);
  if (typeof value === "string") return quote(value.toWellFormed());
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

function canonicalObject(given: object): string {
  const value = withWellFormedKeys(given as Record<string, unknown>);
  // A loop and not a chain of callbacks: those of nested objects would be compiled into one another,
  // which costs more than all the credspecs of a large cluster.
  let text = "";
  for (const key of sortedByBytes(Object.keys(value))) {
    text += `${text === "" ? "" : ","}${quote(key)}:${canonicalJson(value[key])}`;
  }
  return `{${text}}`;
}

/** Keys that are equal once they are well formed are one key, and the last one counts. */
function withWellFormedKeys(value: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(value).every(key => key.isWellFormed())
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([key, member]) => [key.toWellFormed(), member]),
      );
}

function sortedByBytes(keys: string[]): string[] {
  return keys.some(key => SORTED_OTHERWISE.test(key))
    ? keys.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    : keys.sort();
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    ESCAPED_FOR_HTML,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
