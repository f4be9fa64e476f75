/** A picture of the controllers' memory over time, as SVG. */
import { pluralize } from "../../../rules/text";
import type { Panel } from "../../docs/dashboard/dashboard";
import type { Line } from "../../docs/dashboard/panel-data";
import { drawPanels } from "../../docs/dashboard/picture";
import { mostMemory, type RunResult } from "./run-result";

const TITLE = "Resident memory of each replica";
const CAPTION = "By the time since the load began.";
/** In the dashboard's grid: as wide as all of it. */
const WIDTH = 24;
const HEIGHT = 8;
/** Four steps up to a whole number of these have round numbers. */
const STEP_BYTES = 40 * 1024 * 1024;

/** One panel for each run, one line for each replica; all with the same axes. */
export function memoryChart(runs: readonly RunResult[]): string {
  const samples = runs.flatMap(({ memory }) => memory);
  const end = Math.max(...samples.map(({ seconds }) => seconds));
  const max = Math.ceil(mostMemory(samples) / STEP_BYTES) * STEP_BYTES;
  const shown = runs.map((run, index) => ({
    panel: panelOf(run, index, max),
    lines: linesOf(run),
    times: { format: "{HH}:{mm}:{ss}", start: 0, end },
  }));
  return drawPanels(TITLE, CAPTION, shown);
}

function panelOf({ replicas, speed }: RunResult, index: number, max: number): Panel {
  return {
    id: index,
    type: "timeseries",
    title: `${pluralize(replicas, "replica")}, ${speed.podsPerSecond.toFixed(0)} Pods/s`,
    gridPos: { x: 0, y: HEIGHT * index, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit: "bytes", max, thresholds: { steps: [] } }, overrides: [] },
  };
}

/** Without the moments at which a replica had no process. */
function linesOf({ replicas, memory }: RunResult): Line[] {
  return Array.from({ length: replicas }, (_, replica) => ({
    name: `replica ${replica + 1}`,
    labels: {},
    points: memory
      .map(({ seconds, controllers }): [number, number] => [
        seconds,
        controllers[replica] ?? Number.NaN,
      ])
      .filter(([, bytes]) => Number.isFinite(bytes)),
  }));
}
