/** Pure: finds the rows about one code in the tables of a page. */

export interface ExplainedRow {
  /** The heading above the table. */
  section: string;
  /** Each cell with the heading of its column, except the first cell. */
  cells: { head: string; text: string }[];
}

const ROW = /^\|.*\|$/;
const HEADING = /^#+ (.*)$/;
const RULE = /^[|: -]+$/;

/**
 * The rows whose first cell is the key.
 *
 * @param markdown a page; a backslash precedes a pipe that is not a cell border.
 * @param key such as GMSA204.
 */
export function rowsOf(markdown: string, key: string): ExplainedRow[] {
  const rows: ExplainedRow[] = [];
  let section = "";
  let heads: string[] | undefined;
  for (const line of markdown.split("\n")) {
    section = plain(HEADING.exec(line)?.[1] ?? section);
    if (!ROW.test(line)) {
      heads = undefined;
    } else if (heads === undefined) {
      heads = cellsOf(line);
    } else if (!RULE.test(line)) {
      const [first, ...others] = cellsOf(line);
      const [, ...names] = heads;
      if (first === key) {
        rows.push({ section, cells: others.map((text, at) => ({ head: names[at] ?? "", text })) });
      }
    }
  }
  return rows;
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map(cell => plain(cell.trim()));
}

/** Renders Markdown for a terminal: without code marks, and with the path of a page instead of a link. */
function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, (_, text: string, target: string) => linked(text, target))
    .replaceAll("\\|", "|")
    .replaceAll("`", "");
}

function linked(text: string, target: string): string {
  const [, topic] = /^(?:\.\/)?(?:\.\.\/[a-z-]+\/)?([a-z-]+)\.md(?:#.*)?$/.exec(target) ?? [];
  if (topic === undefined) return text;
  return text.endsWith(".md") ? `gmsa explain ${topic}` : `${text} (gmsa explain ${topic})`;
}
