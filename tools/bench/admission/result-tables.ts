/** The report for people. */
import { CONSUMERS, type Consumer } from "../cpu-time";
import type { Spread, Summary } from "../statistics";
import { table } from "../table";
import type { GoalResult } from "./goals";
import { timesOf, type LargePods } from "./large-pods";
import { SIDES } from "./module-switch";
import type { Row, CpuUse } from "./result-rows";
import { firstOverThousandth, type Start } from "./starts";

function ratioText({ median, least, greatest }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}-${greatest.toFixed(2)})`;
}

function summaryCells({ p50, p99, podsPerSecond }: Summary): string[] {
  return [p50.toFixed(2), p99.toFixed(1), podsPerSecond.toFixed(0)];
}

/** Latency and throughput of each side. */
export function speedTable(rows: readonly Row[]): string {
  const columns = ["p50 ms", "p99 ms", "Pods/s"];
  return table(
    ["Pod", "w", ...SIDES.flatMap(side => columns.map(column => `${side}: ${column}`))],
    rows.map(row => [
      row.case,
      String(row.concurrency),
      ...SIDES.flatMap(side => summaryCells(row.sides[side])),
    ]),
  );
}

/** The module against the limit and against nothing. */
export function ratioTable(rows: readonly Row[]): string {
  return table(
    [
      "Pod",
      "w",
      "p50 x limit (least-greatest)",
      "Pods/s x limit",
      "p50 x none",
      "Pods/s x none",
      "failures",
      "GETs/Pod",
      "reviews/Pod",
    ],
    rows.map(({ toLimit, toNone, ...row }) => [
      row.case,
      String(row.concurrency),
      ...[toLimit, toNone].flatMap(({ p50, podsPerSecond }) => [
        ratioText(p50),
        ratioText(podsPerSecond),
      ]),
      String(Object.values(row.sides).reduce((sum, { failures }) => sum + failures, 0)),
      row.callsPerPod.credspecGets.toFixed(4),
      row.callsPerPod.accessReviews.toFixed(4),
    ]),
  );
}

/** The starts, one per line. */
export function startTable(starts: readonly Start[]): string {
  return table(
    ["start", "Pepr ready s", "ready s", "first 50 Pods: p50 ms", "thousandth: p50 ms", "x"],
    starts.map((start, index) => [
      String(index + 1),
      start.peprAfter.toFixed(1),
      start.readyAfter.toFixed(1),
      start.firstP50.toFixed(2),
      start.thousandthP50.toFixed(2),
      firstOverThousandth(start).toFixed(2),
    ]),
  );
}

export function largePodsTable(large: readonly LargePods[]): string {
  return table(
    ["side", "Pods", "median s", "greatest s", "not created"],
    large.map(each => [
      each.side,
      String(each.seconds.length),
      ...timesOf(each),
      String(each.failures),
    ]),
  );
}

/** CPU by process; empty if the system does not provide it. */
export function cpuTable(rows: readonly Row[]): string {
  const lines = rows.flatMap(row =>
    SIDES.flatMap(side => {
      const use = row.cpu[side];
      return use ? [[row.case, String(row.concurrency), side, ...cpuCells(use)]] : [];
    }),
  );
  const columns = [...CONSUMERS.map(consumer => `${consumer} ms/Pod`), "generator's share"];
  return lines.length === 0
    ? ""
    : table(["Pod", "w", "side", ...columns, "busy cores", "others' cores"], lines);
}

function cpuCells({ perPod, busyCores, othersCores }: CpuUse): string[] {
  const sum = CONSUMERS.reduce((total, consumer) => total + perPod[consumer], 0);
  const generator: Consumer = "load generator";
  return [
    ...CONSUMERS.map(consumer => perPod[consumer].toFixed(2)),
    `${((100 * perPod[generator]) / sum).toFixed(0)} %`,
    busyCores.toFixed(1),
    othersCores.toFixed(1),
  ];
}

/** The goals and whether they are met. */
export function goalTable(goals: readonly GoalResult[]): string {
  return table(
    ["goal", "measured", ""],
    goals.map(({ text, measured, met }) => [
      text,
      Number.isInteger(measured) ? String(measured) : measured.toFixed(2),
      met ? "met" : "**missed**",
    ]),
  );
}

/** The first failure message of each row. */
export function failureList(rows: readonly Row[]): string {
  return rows
    .flatMap(row =>
      SIDES.flatMap(side => {
        const { failures, firstFailure } = row.sides[side];
        return firstFailure === undefined
          ? []
          : [`- ${row.case}, w=${row.concurrency}, ${side}: ${failures}, first: ${firstFailure}`];
      }),
    )
    .join("\n");
}
