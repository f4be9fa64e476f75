/** Pure: text in man(7), the language of man pages. */

/** Escapes a text, so that none of it is read as a request or an escape sequence. */
export function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replace(/^\./gm, "\\&.");
}

/** One argument of a request. It may have spaces. */
export function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '""')}"`;
}

export function section(title: string): string {
  return `.SH ${quoted(title)}`;
}

export function subsection(title: string): string {
  return `.SS ${quoted(title)}`;
}

/** A term in bold, and its meaning below. */
export function entry(term: string, meaning: string): string {
  return [".TP", `.B ${quoted(term)}`, meaning === "" ? "\\&" : escaped(meaning)].join("\n");
}

/** Text with its line breaks kept. */
export function asItIs(text: string): string {
  return [".PP", ".nf", escaped(text), ".fi"].join("\n");
}
