/** Draws panels and their data as one SVG, laid out as in the dashboard. */
import {
  init,
  type EChartsOption,
  type GraphicComponentOption,
  type TitleComponentOption,
} from "echarts";

import type { FieldDefaults } from "./dashboard";
import { chartOf, COLORS, FAINT } from "./panel-chart";
import type { DrawnPanel, Line } from "./panel-data";
import { formatOf } from "./units";

/** Pixels of one column in Grafana's grid. */
const COLUMN = 46;
const ROW = 34;
const COLUMNS = 24;
const GAP = 4;
const HEADER = 56;

/** At least one of these is installed nearly everywhere. */
const FONT = "Helvetica, Arial, sans-serif";
const INK = "#24292e";

/** Columns of the table and their positions as fractions of its width. */
const TABLE = [
  ["pod", 0],
  ["version", 0.36],
  ["pepr", 0.59],
  ["node", 0.78],
] as const;

/** @param caption what the picture shows and how it was made. */
export function drawPanels(title: string, caption: string, drawn: readonly DrawnPanel[]): string {
  const bottom = Math.max(...drawn.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h));
  const width = COLUMNS * COLUMN;
  const height = HEADER + bottom * ROW + GAP;
  const background = render(
    { backgroundColor: "#f4f5f5", title: { ...heading(title, 20), subtext: caption, itemGap: 4 } },
    width,
    height,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
${[background, ...drawn.map(drawPlaced)].join("\n")}
</svg>
`;
}

function drawPlaced(drawn: DrawnPanel): string {
  const { x, y, w, h } = drawn.panel.gridPos;
  const width = w * COLUMN - 2 * GAP;
  const height = h * ROW - 2 * GAP;
  const svg = render(optionOf(drawn, width, height), width, height);
  return `<g transform="translate(${x * COLUMN + GAP} ${HEADER + y * ROW + GAP})">${svg}</g>`;
}

function render(option: EChartsOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({ animation: false, textStyle: { fontFamily: FONT }, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function heading(text: string, fontSize: number): TitleComponentOption {
  const textStyle = { fontSize, fontWeight: 600, color: INK } as const;
  return { text, left: 8, top: 4, textStyle, subtextStyle: { color: FAINT } };
}

function optionOf(drawn: DrawnPanel, width: number, height: number): EChartsOption {
  const { panel, lines } = drawn;
  if (panel.type === "row") return { title: heading(panel.title, 15) };
  const common = { backgroundColor: "#fff", title: heading(panel.title, 13) };
  switch (panel.type) {
    case "stat":
      return { ...common, graphic: figure(drawn, width / 2, height / 2) };
    case "table":
      return { ...common, graphic: cells(lines, width) };
    default:
      return { ...common, ...chartOf(drawn, width) };
  }
}

function figure({ panel, lines }: DrawnPanel, x: number, y: number): GraphicComponentOption[] {
  const defaults = panel.fieldConfig?.defaults;
  const value = lines[0]?.points.at(-1)?.[1];
  if (value === undefined || defaults === undefined) return [];
  const rounded = defaults.decimals === 0 ? Math.round(value) : value;
  const text = formatOf(defaults.unit ?? "short")(rounded);
  const fill = colorAt(defaults, value);
  return [
    { type: "text", x, y, style: { text, fill, fontSize: 30, fontWeight: 600, align: "center" } },
  ];
}

function colorAt({ thresholds }: FieldDefaults, value: number): string {
  const reached = thresholds.steps.filter(step => value >= (step.value ?? -Infinity));
  return COLORS[reached.at(-1)?.color ?? ""] ?? INK;
}

function cells(lines: readonly Line[], width: number): GraphicComponentOption[] {
  const columns = TABLE.map(([name]) => name);
  const rows = lines
    .map(({ labels }) => columns.map(name => labels[name] ?? ""))
    .sort(([first = ""], [second = ""]) => first.localeCompare(second));
  return [columns, ...rows].flatMap((row, line) =>
    TABLE.map(([, left], column) => ({
      type: "text",
      x: 12 + Math.round(left * (width - 24)),
      y: 40 + line * 24,
      style: { text: row[column] ?? "", fill: line === 0 ? FAINT : INK, fontSize: 12 },
    })),
  );
}
