/** Tables in Markdown, and their places in pages that people write. */

/** @param rows cells in Markdown; prettier aligns them. */
export function markdownTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [heads, heads.map(() => "---"), ...rows]
    .map(row => `| ${row.map(cell).join(" | ")} |`)
    .join("\n");
}

function cell(text: string): string {
  const line = text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
  return line.startsWith("`") ? line : line.replaceAll("<", "\\<");
}

/**
 * Returns the page with this table in one of its places: between `<!-- table: NAME -->` and
 * `<!-- end of table -->`.
 *
 * @throws Error if the page does not have the place.
 */
export function withTable(page: string, name: string, table: string): string {
  const begin = `<!-- table: ${name} -->`;
  const end = "<!-- end of table -->";
  const start = page.indexOf(begin);
  const stop = page.indexOf(end, start);
  if (start === -1 || stop === -1) throw new Error(`the page has no place for the table ${name}`);
  return `${page.slice(0, start + begin.length)}\n\n${table}\n\n${page.slice(stop)}`;
}
