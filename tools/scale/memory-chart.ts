/** A picture of the controllers' memory over time, as SVG. */
import { mostMemory, type MemorySample, type RunResult } from "./result";

const WIDTH = 760;
const PANEL = 230;
const LEFT = 56;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 38;
const MIB = 1024 * 1024;
const STEP_MIB = 50;
const COLOURS = ["#1f5fbf", "#c2410c", "#15803d", "#7e22ce"];

interface Scale {
  x: (seconds: number) => number;
  y: (bytes: number) => number;
}

/** One panel for each run, one line for each replica; all with the same axes. */
export function memoryChart(runs: readonly RunResult[]): string {
  const samples = runs.flatMap(({ memory }) => memory);
  const seconds = Math.max(...samples.map(sample => sample.seconds));
  const most = mostMemory(samples) / MIB;
  const top = Math.ceil(most / STEP_MIB) * STEP_MIB;
  const height = PANEL * runs.length;
  const panels = runs.map((run, index) => panel(run, PANEL * index, { seconds, top }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" ` +
      `font-family="system-ui, sans-serif" font-size="12" fill="#333">`,
    `<title>Resident memory of each replica over time</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...panels,
    "</svg>\n",
  ].join("\n");
}

function panel(run: RunResult, offset: number, most: { seconds: number; top: number }): string {
  const bottom = offset + PANEL - BOTTOM;
  const scale: Scale = {
    x: seconds => LEFT + (seconds / most.seconds) * (WIDTH - LEFT - RIGHT),
    y: bytes => bottom - (bytes / MIB / most.top) * (PANEL - TOP - BOTTOM),
  };
  const { replicas, speed, memory } = run;
  const title =
    `${replicas} ${replicas === 1 ? "replica" : "replicas"}, ` +
    `${speed.podsPerSecond.toFixed(0)} Pods/s: resident memory in MiB`;
  const lines = Array.from({ length: replicas }, (_, replica) => line(memory, replica, scale));
  return [
    `<text x="${LEFT}" y="${offset + 20}" font-weight="600">${title}</text>`,
    ...grid(most.top, scale),
    ...clock(most.seconds, bottom, scale),
    ...lines,
  ].join("\n");
}

function grid(top: number, { x, y }: Scale): string[] {
  return Array.from({ length: top / STEP_MIB + 1 }, (_, step) => {
    const value = step * STEP_MIB;
    const height = y(value * MIB).toFixed(1);
    return (
      `<line x1="${x(0)}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}" stroke="#e5e5e5"/>` +
      `<text x="${LEFT - 8}" y="${height}" dy="4" text-anchor="end">${value}</text>`
    );
  });
}

function clock(seconds: number, bottom: number, { x }: Scale): string[] {
  const step = seconds > 120 ? 60 : 10;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => {
    const label = step === 60 ? `${index} min` : `${index * step} s`;
    const place = x(index * step).toFixed(1);
    return `<text x="${place}" y="${bottom + 18}" text-anchor="middle">${label}</text>`;
  });
}

function line(memory: readonly MemorySample[], replica: number, { x, y }: Scale): string {
  const points = memory.flatMap(({ seconds, controllers }) => {
    const bytes = controllers[replica];
    return bytes === undefined || Number.isNaN(bytes)
      ? []
      : [`${x(seconds).toFixed(1)},${y(bytes).toFixed(1)}`];
  });
  const colour = COLOURS[replica % COLOURS.length] ?? "#000";
  return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points.join(" ")}"/>`;
}
