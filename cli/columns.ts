import Table from "cli-table3";

const WITHOUT_LINES = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left"],
    ...["bottom-right", "left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
  ].map(place => [place, ""]),
);

/** Columns without lines, three spaces apart, as kubectl prints them; colours are not counted. */
export function columns(rows: string[][]): string {
  const table = new Table({
    chars: { ...WITHOUT_LINES, middle: "   " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(...rows);
  return table
    .toString()
    .split("\n")
    .map(line => line.trimEnd())
    .join("\n");
}
