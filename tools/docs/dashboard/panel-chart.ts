/** Lines over time, or areas on top of each other. */
import { init, type EChartsOption, type SeriesOption } from "echarts";

import { COLORS, PALETTE } from "./colors";
import type { FieldDefaults, Panel } from "./dashboard";
import { drawLegend, LEGEND_ROW_HEIGHT, legendRows } from "./legend";
import type { Line, DrawnPanel, TimeAxis } from "./panel-data";
import { FAINT, FONT } from "./svg";
import { formatOf, tickUnit } from "./units";

const MARGIN = { left: 66, right: 20, top: 12, bottom: 26 };
const LEGEND_GAP = 8;
/** For a range of some minutes or more. */
const TIME_OF_DAY: TimeAxis = { format: "{HH}:{mm}", minInterval: 60 };

/** A panel's chart with its legend, as large as that. */
export function drawChart(shown: DrawnPanel, width: number, height: number): string {
  const { panel, lines } = shown;
  const colors = colorsOf(panel, lines);
  const items = lines.map(({ name }, index) => ({ name, color: colors[index] ?? "" }));
  const rows = legendRows(items, width - 24);
  const chartHeight = height - rows.length * LEGEND_ROW_HEIGHT - LEGEND_GAP;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height: chartHeight });
  chart.setOption(optionOf(shown, colors));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}
<g transform="translate(0 ${chartHeight})">${drawLegend(rows, width)}</g>`;
}

/** Of each line: what the panel says for its name, or the next one. */
function colorsOf({ fieldConfig }: Panel, lines: readonly Line[]): string[] {
  const fixed = new Map(
    fieldConfig?.overrides.map(({ matcher, properties }) => [
      matcher.options,
      COLORS[properties[0]?.value.fixedColor ?? ""],
    ]),
  );
  return lines.map(({ name }, index) => fixed.get(name) ?? PALETTE[index % PALETTE.length] ?? "");
}

function optionOf(shown: DrawnPanel, colors: readonly string[]): EChartsOption {
  const { panel, lines, times = TIME_OF_DAY } = shown;
  const defaults = panel.fieldConfig?.defaults;
  const name = defaults?.unit ?? "short";
  const format = formatOf(name);
  // Charts have their ticks at round numbers: these are to be round as they are written.
  const unit = tickUnit(name, Math.max(0, ...lines.flatMap(highest)));
  const max = defaults?.max === undefined ? undefined : defaults.max / unit;
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: FONT },
    grid: { ...MARGIN, outerBoundsMode: "none" },
    xAxis: {
      type: "time",
      min: milliseconds(times.start),
      max: milliseconds(times.end),
      minInterval: milliseconds(times.minInterval),
      axisLabel: {
        formatter: times.format,
        hideOverlap: true,
        alignMaxLabel: "right",
        color: FAINT,
      },
    },
    yAxis: {
      type: "value",
      min: 0,
      max,
      ...(max === undefined ? { splitNumber: 4 } : { interval: max / 4 }),
      axisLabel: { formatter: (value: number) => format(value * unit), color: FAINT },
    },
    series: (isStacked(defaults) ? aligned(lines) : lines).map((line, index) =>
      seriesOf(line, { defaults, unit, color: colors[index] }),
    ),
  };
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Lines of the same times, 0 where one had no value: what is stacked is added up point by point. */
export function aligned(lines: readonly Line[]): Line[] {
  const all = new Set(lines.flatMap(({ points }) => points.map(([time]) => time)));
  const times = [...all].sort((first, second) => first - second);
  return lines.map(line => {
    const values = new Map(line.points);
    return { ...line, points: times.map(time => [time, values.get(time) ?? 0]) };
  });
}

function isStacked(defaults: FieldDefaults | undefined): boolean {
  return defaults?.custom?.stacking?.mode === "normal";
}

function highest({ points }: Line): number {
  return Math.max(0, ...points.map(([, value]) => value));
}

function seriesOf(
  line: Line,
  look: { defaults: FieldDefaults | undefined; unit: number; color: string | undefined },
): SeriesOption {
  const { lineWidth = 1, fillOpacity = 0 } = look.defaults?.custom ?? {};
  return {
    type: "line",
    name: line.name,
    showSymbol: false,
    color: look.color,
    lineStyle: { width: lineWidth * 1.5 },
    data: line.points.map(([time, value]) => [time * 1000, value / look.unit]),
    ...(isStacked(look.defaults)
      ? { stack: "all", areaStyle: { opacity: fillOpacity / 100 } }
      : {}),
  };
}
