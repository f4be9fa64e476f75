/**
 * JSON exactly as Go's encoding/json writes a decoded object, so that contents inlined here are
 * byte for byte those that kubernetes-sigs/windows-gmsa inlines from the same credspec.
 */

const ESCAPED_FOR_HTML = /[<>&\u2028\u2029]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Writes a JSON value without white space, keys sorted by their UTF-8 bytes, and with the escapes
 * of Go's json.Marshal: `<` `>` `&` U+2028 U+2029 as \u003c ..., short forms for \b \f \n \r \t.
 *
 * @param value what JSON.parse returns. Integers beyond 2^53 have lost precision there already;
 *   every field of a credspec is a string, so none occur.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    return canonicalObject(value);
  }
  if (typeof value === "string") {
    return quote(wellFormed(value));
  }
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

function canonicalObject(value: object): string {
  // Keys that are equal once they are well formed are one key, and the last one counts.
  const members = new Map(
    Object.entries(value).map(([key, member]) => [wellFormed(key), member as unknown]),
  );
  return `{${[...members]
    .map(([key, member]) => ({ key, bytes: Buffer.from(key), member }))
    .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
    .map(({ key, member }) => `${quote(key)}:${canonicalJson(member)}`)
    .join(",")}}`;
}

/** Go's decoder turns a lone surrogate into U+FFFD; JSON.stringify would keep it. */
function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, "\ufffd");
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    ESCAPED_FOR_HTML,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
