/** The report that people read. */
import { CONSUMERS, type Consumer } from "../cpu-time";
import type { Summary } from "../statistics";
import { table } from "../table";
import type { GoalResult } from "./goals";
import type { Ratio, Row, CpuUse } from "./rows";

function ratioText({ median, least, greatest }: Ratio): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}-${greatest.toFixed(2)})`;
}

function summaryCells({ p50, p99, podsPerSecond }: Summary): string[] {
  return [p50.toFixed(2), p99.toFixed(1), podsPerSecond.toFixed(0)];
}

/** Latency and throughput without and with the module. */
export function speedTable(rows: readonly Row[]): string {
  const side = ["p50 ms", "p99 ms", "Pods/s"];
  return table(
    [
      "Pod",
      "w",
      ...side.map(column => `without: ${column}`),
      ...side.map(column => `with: ${column}`),
      "p50 x (least-greatest)",
      "Pods/s x (least-greatest)",
      "failures",
      "GETs/Pod",
      "reviews/Pod",
    ],
    rows.map(row => [
      row.case,
      String(row.concurrency),
      ...summaryCells(row.without),
      ...summaryCells(row.with),
      ratioText(row.p50Ratio),
      ratioText(row.podsRatio),
      String(row.without.failures + row.with.failures),
      row.callsPerPod.credspecGets.toFixed(4),
      row.callsPerPod.accessReviews.toFixed(4),
    ]),
  );
}

/** CPU by process; empty where the system does not tell. */
export function cpuTable(rows: readonly Row[]): string {
  const lines = rows.flatMap(row =>
    (["without", "with"] as const).flatMap(side => {
      const use = row.cpu[side];
      return use ? [[row.case, String(row.concurrency), side, ...cpuCells(use)]] : [];
    }),
  );
  const columns = [...CONSUMERS.map(consumer => `${consumer} ms/Pod`), "generator's share"];
  return lines.length === 0
    ? ""
    : table(["Pod", "w", "module", ...columns, "busy cores", "others' cores"], lines);
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

/** Goals, met or missed. */
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

/** The first message of each row's failures. */
export function failureList(rows: readonly Row[]): string {
  return rows
    .flatMap(row =>
      (["without", "with"] as const).flatMap(side => {
        const { failures, firstFailure } = row[side];
        return firstFailure === undefined
          ? []
          : [`- ${row.case}, w=${row.concurrency}, ${side}: ${failures}, first: ${firstFailure}`];
      }),
    )
    .join("\n");
}
