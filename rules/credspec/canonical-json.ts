/**
 * Writes JSON exactly as Go's encoding/json does, so that inlined contents are byte for byte those that
 * kubernetes-sigs/windows-gmsa inlines from the same credential spec.
 */

const ESCAPED_FOR_HTML = /[<>&\u2028\u2029]/g;
/**
 * Matches characters that UTF-16 and UTF-8 sort differently: surrogates come before U+E000 to U+FFFF.
 */
const SORTED_OTHERWISE = /[\ud800-\uffff]/;

/**
 * Writes a JSON value without white space, with keys sorted by their UTF-8 bytes, and with the escapes
 * of Go's json.Marshal: `<` `>` `&` U+2028 U+2029 as \u003c ..., short forms for \b \f \n \r \t.
 *
 * @param value as JSON.parse returns it. JSON.parse has already rounded integers beyond 2^53, but every
 *   field of a credential spec is a string.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) return canonicalObject(value);
  if (typeof value === "string") return quote(value.toWellFormed());
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

function canonicalObject(given: object): string {
  const value = withWellFormedKeys(given as Record<string, unknown>);
  // A loop instead of a chain of callbacks: the compiler would inline the callbacks of nested objects
  // into one another, which costs more than all the credential specs of a large cluster.
  let text = "";
  for (const key of sortedByBytes(Object.keys(value))) {
    text += `${text === "" ? "" : ","}${quote(key)}:${canonicalJson(value[key])}`;
  }
  return `{${text}}`;
}

/** Keys that become equal once they are well formed are one key, and the last value is kept. */
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
