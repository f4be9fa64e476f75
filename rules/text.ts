const MAX_LENGTH = 80;

/**
 * A value as a finding shows it: a text in quotes, shortened, and what is no text by its kind. Not
 * for PluginInput, which may hold what nobody should read.
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

/** Whether a text is absent, or has nothing but white space in it. */
export function isBlank(value: string | undefined): value is undefined | "" {
  return value === undefined || value.trim() === "";
}

function shownText(text: string): string {
  if (isBlank(text)) return "empty";
  return JSON.stringify(text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`);
}

/** "1 workload", "2 workloads". */
export function pluralize(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The first of some names, and how many more there are: "a, b and 3 more". */
export function firstOf(names: readonly string[], most: number): string {
  const more = names.length - most;
  const first = names.slice(0, most).join(", ");
  return more > 0 ? `${first} and ${more.toLocaleString("en")} more` : first;
}

/** How many of some sizes, from the first on, have room together. */
export function countWithin(sizes: readonly number[], room: number): number {
  let left = room;
  const tooMuch = sizes.findIndex(size => (left -= size) < 0);
  return tooMuch < 0 ? sizes.length : tooMuch;
}

/** As many of some names as have room in so many characters, at least one, and how many more there are. */
export function namesWithin(names: readonly string[], room: number): string {
  const sizes = names.map(name => name.length + 2);
  return firstOf(names, Math.max(1, countWithin(sizes, room)));
}

/** What is added to a text that was cut, with room for it. */
const CUT = "…";

/** A text of at most so many bytes of UTF-8. */
export function textWithin(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  // A character that was cut in two becomes U+FFFD.
  const start = encoded.toString("utf8", 0, bytes - Buffer.byteLength(CUT));
  return `${start.replace(/\uFFFD+$/u, "")}${CUT}`;
}

/** Bytes for the sentence that says how much was left out. */
const RESERVED = 100;

/** Sentences in one text of at most so many bytes: whole ones, and how many more there are. */
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

/** What is within the braces of a text, or the text. */
export function withoutBraces(text: string): string {
  return /^\{(.*)\}$/s.exec(text)?.[1] ?? text;
}
