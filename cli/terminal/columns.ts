import width from "fast-string-width";

const BETWEEN = "   ";

/**
 * Columns without borders, three spaces apart, as kubectl prints them. The width of a cell does not count its
 * colour codes, and a cell can have several lines. An empty column is one character wide, so that it stays
 * visible.
 */
export function columns(rows: readonly (readonly string[])[]): string {
  const measured = new Map<string, Cell>();
  const cells = rows.map(row => row.map(text => measuredOnce(text, measured)));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, { longest }] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 1, longest);
    }
  }
  return cells.flatMap(row => rowLines(row, widths)).join("\n");
}

/** Columns with headings. `--no-headers` omits the headings, and then a table without rows has no lines. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  headers = true,
): string {
  return columns(headers ? [head, ...rows] : rows);
}

interface Line {
  text: string;
  /** In terminal columns. */
  width: number;
}

interface Cell {
  lines: Line[];
  longest: number;
}

/** Measures each distinct text once, because most cells of a long table repeat. */
function measuredOnce(text: string, measured: Map<string, Cell>): Cell {
  const known = measured.get(text);
  if (known !== undefined) return known;
  const cell = linesOf(text);
  measured.set(text, cell);
  return cell;
}

function linesOf(text: string): Cell {
  const lines = text.split("\n").map(line => ({ text: line, width: width(line) }));
  return { lines, longest: Math.max(...lines.map(line => line.width)) };
}

function rowLines(row: readonly Cell[], widths: readonly number[]): string[] {
  const height = Math.max(...row.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, index) =>
    row
      .map(({ lines }, column) => padded(lines[index], widths[column] ?? 0))
      .join(BETWEEN)
      .trimEnd(),
  );
}

function padded({ text, width: own }: Line = { text: "", width: 0 }, to: number): string {
  return text + " ".repeat(to - own);
}
