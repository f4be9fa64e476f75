/** Draws panels as a dashboard has them, with what they show, as one SVG. */
import { drawChart } from "./panel-chart";
import { COLORS } from "./colors";
import type { FieldDefaults } from "./dashboard";
import type { Line, DrawnPanel } from "./panel-data";
import { escaped, FAINT, FONT, INK, text } from "./svg";
import { formatOf } from "./units";

/** Pixels of Grafana's grid. */
const COLUMN = 46;
const ROW = 34;
const COLUMNS = 24;
const GAP = 4;
const HEADER = 56;
const TITLE = 30;

/** What the table shows, and where, in parts of its width. */
const TABLE = [
  ["pod", 0],
  ["version", 0.36],
  ["pepr", 0.59],
  ["node", 0.78],
] as const;

/** @param caption what the picture is and how it was made. */
export function drawPanels(title: string, caption: string, shown: readonly DrawnPanel[]): string {
  const bottom = Math.max(...shown.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h));
  const width = COLUMNS * COLUMN;
  const height = HEADER + bottom * ROW + GAP;
  const body = shown.map(drawPlaced).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#f4f5f5"/>
${text(12, 26, title, { size: 20, weight: 600 })}
${text(12, 46, caption, { size: 12, color: FAINT })}
${body}
</svg>
`;
}

function drawPlaced(shown: DrawnPanel): string {
  const { x, y, w, h } = shown.panel.gridPos;
  const width = w * COLUMN - 2 * GAP;
  const height = h * ROW - 2 * GAP;
  const left = x * COLUMN + GAP;
  const top = HEADER + y * ROW + GAP;
  const inside =
    shown.panel.type === "row"
      ? text(8, 20, shown.panel.title, { size: 15, weight: 600 })
      : `<rect width="${width}" height="${height}" rx="3" fill="#fff" stroke="#d8d9da"/>
${text(12, 20, shown.panel.title, { size: 13, weight: 600 })}
${drawInside(shown, width, height)}`;
  return `<g transform="translate(${left} ${top})">${inside}</g>`;
}

function drawInside(shown: DrawnPanel, width: number, height: number): string {
  switch (shown.panel.type) {
    case "stat":
      return drawStat(shown, width, height);
    case "table":
      return drawTable(shown.lines, width);
    default:
      return `<g transform="translate(0 ${TITLE})">${drawChart(shown, width, height - TITLE)}</g>`;
  }
}

function drawStat({ panel, lines }: DrawnPanel, width: number, height: number): string {
  const defaults = panel.fieldConfig?.defaults;
  const value = lines[0]?.points.at(-1)?.[1];
  if (value === undefined || defaults === undefined) return "";
  const rounded = defaults.decimals === 0 ? Math.round(value) : value;
  const shown = formatOf(defaults.unit ?? "short")(rounded);
  const color = colorAt(defaults, value);
  return text(width / 2, height / 2 + 24, shown, {
    size: 30,
    weight: 600,
    color,
    anchor: "middle",
  });
}

function colorAt({ thresholds }: FieldDefaults, value: number): string {
  const reached = thresholds.steps.filter(step => value >= (step.value ?? -Infinity));
  return COLORS[reached.at(-1)?.color ?? ""] ?? INK;
}

function drawTable(lines: readonly Line[], width: number): string {
  const columns = TABLE.map(([name]) => name);
  const rows = lines
    .map(({ labels }) => columns.map(name => labels[name] ?? ""))
    .sort(([first = ""], [second = ""]) => first.localeCompare(second));
  const cells = [columns, ...rows].flatMap((row, line) =>
    TABLE.map(([, left], column) =>
      text(12 + Math.round(left * (width - 24)), 50 + line * 24, row[column] ?? "", {
        size: 12,
        color: line === 0 ? FAINT : INK,
      }),
    ),
  );
  return cells.join("\n");
}
