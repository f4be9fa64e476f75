/** Pure: text in the language of man pages, man(7). */

/** Text in which nothing is taken for a request, an escape or another character than it is. */
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

/** One argument of a request, which may hold spaces. */
export function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '""')}"`;
}

export function section(title: string): string {
  return `.SH ${quoted(title)}`;
}

export function subsection(title: string): string {
  return `.SS ${quoted(title)}`;
}

/** A term in bold, and beneath it what it means. */
export function entry(term: string, meaning: string): string {
  return [".TP", `.B ${quoted(term)}`, meaning === "" ? "\\&" : escaped(meaning)].join("\n");
}

/** Text whose lines stay as they are. */
export function asItIs(text: string): string {
  return [".PP", ".nf", escaped(text), ".fi"].join("\n");
}
