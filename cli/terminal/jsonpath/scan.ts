/** Pure: helpers to parse templates and paths. */

/** An invalid template. The message is a clause. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/**
 * The text of a quoted literal.
 *
 * @throws TemplateError if the literal does not end, or something follows it.
 */
export function unquoted(literal: string): string {
  const quote = literal.charAt(0);
  const inner = literal.slice(1, -1);
  const isWhole = literal.length > 1 && literal.endsWith(quote);
  if (!isWhole || inner.replace(/\\./gs, "").includes(quote)) {
    throw new TemplateError(`${literal} is not one text in quotes`);
  }
  return inner
    .replace(/\\u([\da-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
}
