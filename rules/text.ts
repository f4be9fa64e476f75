const MAX_LENGTH = 80;
/** Marks where a text was cut. */
const CUT = "…";

/**
 * Describes a value as findings show it: a string in quotes, shortened to 80 characters, and any other
 * value by its type. Do not use it for PluginInput, which may hold a secret.
 *
 * @param value as JSON.parse returns it, or undefined.
 */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return shownText(value);
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `a ${typeof value} (${JSON.stringify(value)})`;
}

/** Whether a text is absent, empty or only white space. */
export function isBlank(value: string | undefined): value is undefined | "" {
  return value === undefined || value.trim() === "";
}

function shownText(text: string): string {
  if (isBlank(text)) return "empty";
  return JSON.stringify(shortened(text, MAX_LENGTH));
}

/** Cuts a text to this many characters, and marks that it was cut. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}${CUT}`;
}

/** Joins the lines of a text, with single spaces between its words. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Renders a number and a noun: "1 workload", "2 workloads". */
export function pluralize(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** With a capital letter, as the beginning of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Joins the first names and counts the rest: "a, b and 3 more". */
export function firstOf(names: readonly string[], most: number): string {
  const more = names.length - most;
  const first = names.slice(0, most).join(", ");
  return more > 0 ? `${first} and ${more.toLocaleString("en")} more` : first;
}

/** Counts how many of the sizes, from the first on, fit into `room` together. */
export function countWithin(sizes: readonly number[], room: number): number {
  let left = room;
  const tooMuch = sizes.findIndex(size => (left -= size) < 0);
  return tooMuch < 0 ? sizes.length : tooMuch;
}

/** Joins as many names as fit into `room` characters, at least one, and counts the rest. */
export function namesWithin(names: readonly string[], room: number): string {
  const sizes = names.map(name => name.length + 2);
  return firstOf(names, Math.max(1, countWithin(sizes, room)));
}

/** Cuts a text to at most `bytes` bytes of UTF-8, with the mark of the cut. */
export function textWithin(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  // A multi-byte character that was cut in the middle decodes to one U+FFFD.
  const start = encoded.toString("utf8", 0, bytes - Buffer.byteLength(CUT));
  return `${start.replace(/\uFFFD$/u, "")}${CUT}`;
}

/** Bytes reserved for the sentence that counts the omitted problems. */
const RESERVED = 100;

/**
 * Joins sentences into a text of at most `bytes` bytes. Only whole sentences are shown, and the rest are
 * counted.
 */
export function sentencesWithin(
  sentences: readonly string[],
  { separator, bytes }: { separator: string; bytes: number },
): string {
  const all = sentences.join(separator);
  if (Buffer.byteLength(all) <= bytes) return all;
  const sizes = sentences.map(each => Buffer.byteLength(each + separator));
  const shown = sentences
    .slice(0, Math.max(1, countWithin(sizes, bytes - RESERVED)))
    .map(each => textWithin(each, bytes - RESERVED));
  const more = sentences.length - shown.length;
  if (more === 0) return shown.join(separator);
  return [...shown, `And ${pluralize(more, "more problem")}.`].join(separator);
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a GUID, without braces. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** Removes braces around a text, if there are any. */
export function withoutBraces(text: string): string {
  return /^\{(.*)\}$/s.exec(text)?.[1] ?? text;
}
