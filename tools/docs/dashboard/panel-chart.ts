/** Draws line charts and stacked area charts. */
import type { EChartsOption, SeriesOption } from "echarts";

import type { FieldDefaults, Panel } from "./dashboard";
import type { DrawnPanel, Line } from "./panel-data";
import { formatOf, tickUnit } from "./units";

/** Grafana's names of the colours in the dashboard. */
export const COLORS: Readonly<Record<string, string>> = {
  green: "#37872d",
  orange: "#e0752d",
  red: "#c4162a",
};
export const FAINT = "#6a737d";

/** For lines without a colour of their own. */
const PALETTE =
  "#3274d9 #e0752d #37872d #8f3bb8 #c4162a #0f9d9d #b58900 #6a737d #d6579b #7a5230".split(" ");

const LEGEND_ROW = 32;

/** A panel's chart, with its legend below. */
export function chartOf({ panel, lines }: DrawnPanel, width: number): EChartsOption {
  const defaults = panel.fieldConfig?.defaults;
  const name = defaults?.unit ?? "short";
  const format = formatOf(name);
  // Charts choose round values for ticks, so the values are scaled to be round in the displayed
  // unit.
  const unit = tickUnit(name, Math.max(0, ...lines.flatMap(highest)));
  const max = defaults?.max === undefined ? undefined : defaults.max / unit;
  const names = lines.map(line => line.name);
  return {
    useUTC: true,
    color: colorsOf(panel, names),
    legend: {
      data: names,
      bottom: 4,
      width: width - 24,
      icon: "roundRect",
      itemWidth: 14,
      itemHeight: 4,
      itemGap: 20,
    },
    grid: {
      left: 66,
      right: 20,
      top: 42,
      bottom: 24 + LEGEND_ROW * legendRows(names, width - 24),
      outerBoundsMode: "none",
    },
    xAxis: {
      type: "time",
      minInterval: 60_000,
      axisLabel: {
        formatter: "{HH}:{mm}",
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
    series: (isStacked(defaults) ? aligned(lines) : lines).map(line =>
      seriesOf(line, defaults, unit),
    ),
  };
}

/** Colour of each line: the panel's override for its name, or the next one of the palette. */
function colorsOf({ fieldConfig }: Panel, names: readonly string[]): string[] {
  const fixed = new Map(
    fieldConfig?.overrides.map(({ matcher, properties }) => [
      matcher.options,
      COLORS[properties[0]?.value.fixedColor ?? ""],
    ]),
  );
  return names.map((name, index) => fixed.get(name) ?? PALETTE[index % PALETTE.length] ?? "");
}

/** Estimates the number of legend rows, with a character width that most fonts do not exceed. */
function legendRows(names: readonly string[], width: number): number {
  let rows = 1;
  let left = width;
  for (const { length } of names) {
    const needed = length * 7 + 40;
    if (needed > left && left < width) {
      rows++;
      left = width;
    }
    left -= needed;
  }
  return rows;
}

/** Lines with the same times, and 0 for missing values, because stacking adds values point by point. */
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

function seriesOf(line: Line, defaults: FieldDefaults | undefined, unit: number): SeriesOption {
  const { lineWidth = 1, fillOpacity = 0 } = defaults?.custom ?? {};
  return {
    type: "line",
    name: line.name,
    showSymbol: false,
    lineStyle: { width: lineWidth * 1.5 },
    data: line.points.map(([time, value]) => [time * 1000, value / unit]),
    ...(isStacked(defaults) ? { stack: "all", areaStyle: { opacity: fillOpacity / 100 } } : {}),
  };
}
