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
    const members = Object.entries(value)
      .map(([key, member]) => ({ key, bytes: Buffer.from(key), member: member as unknown }))
      .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
      .map(({ key, member }) => `${quote(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}

function quote(text: string): string {
  // Go's decoder turns a lone surrogate into U+FFFD; JSON.stringify would keep it.
  return JSON.stringify(text.replace(LONE_SURROGATE, "\ufffd")).replace(
    ESCAPED_FOR_HTML,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
