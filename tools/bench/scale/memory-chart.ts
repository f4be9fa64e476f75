/** Draws the controllers' memory over time as SVG. */
import { init } from "echarts";

import { pluralize } from "../../../rules/text";
import { mostMemory, type RunResult } from "./run-result";

const WIDTH = 1104;
const HEADER = 72;
/** Height in pixels of the chart of one run. */
const HEIGHT = 272;
const MIB = 1024 * 1024;
/** The axis has four steps; a multiple of this makes their labels round numbers. */
const STEP_MIB = 40;
/** Colours of the replicas, in order. */
export const COLORS = ["#3274d9", "#e0752d", "#37872d", "#8f3bb8", "#c4162a", "#0f9d9d"];

/** Draws one chart per run and one line per replica, all with the same axes. */
export function memoryChart(runs: readonly RunResult[]): string {
  const samples = runs.flatMap(({ memory }) => memory);
  const end = Math.max(...samples.map(({ seconds }) => seconds));
  const max = Math.ceil(mostMemory(samples) / MIB / STEP_MIB) * STEP_MIB;
  const height = HEADER + HEIGHT * runs.length;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    useUTC: true,
    backgroundColor: "#fff",
    textStyle: { fontFamily: "Helvetica, Arial, sans-serif" },
    title: [
      {
        text: "Resident memory of each replica",
        subtext: "By the time since the load began.",
        left: 8,
      },
      ...runs.map(({ replicas, speed }, run) => ({
        text: `${pluralize(replicas, "replica")}, ${speed.podsPerSecond.toFixed(0)} Pods/s`,
        left: 8,
        top: HEADER + HEIGHT * run,
        textStyle: { fontSize: 13 },
      })),
    ],
    legend: { right: 20, top: 8, icon: "roundRect", itemHeight: 4, itemGap: 20 },
    grid: runs.map((_, run) => ({
      left: 66,
      right: 20,
      top: HEADER + 36 + HEIGHT * run,
      height: 190,
    })),
    xAxis: runs.map((_, gridIndex) => ({
      type: "time",
      gridIndex,
      min: 0,
      max: end * 1000,
      axisLabel: { formatter: "{HH}:{mm}:{ss}", hideOverlap: true, alignMaxLabel: "right" },
    })),
    yAxis: runs.map((_, gridIndex) => ({
      type: "value",
      gridIndex,
      min: 0,
      max,
      interval: max / 4,
      axisLabel: { formatter: "{value} MiB" },
    })),
    series: runs.flatMap(({ replicas, memory }, run) =>
      Array.from({ length: replicas }, (_, replica) => ({
        type: "line" as const,
        name: `replica ${replica + 1}`,
        color: COLORS[replica % COLORS.length],
        xAxisIndex: run,
        yAxisIndex: run,
        showSymbol: false,
        // Leaves out times at which the replica had no process.
        data: memory.flatMap(({ seconds, controllers }) => {
          const bytes = controllers[replica] ?? Number.NaN;
          return Number.isFinite(bytes) ? [[seconds * 1000, bytes / MIB]] : [];
        }),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
