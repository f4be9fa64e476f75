/** The report for people. */
import { CONSUMERS } from "../cpu-time";
import { table } from "../table";
import { mostMemory, type RunResult } from "./run-result";

const MIB = 1024 * 1024;

/** Writes a figure; "-" if it was not measured. */
function figure(value: number | undefined, digits: number): string {
  return Number.isFinite(value) ? Number(value).toFixed(digits) : "-";
}

function mib(bytes: number): string {
  return figure(bytes / MIB, 0);
}

/** Speed, calls and memory of each run. */
export function speedTable(runs: readonly RunResult[]): string {
  return table(
    [
      "replicas",
      "Pods",
      "Pods/s",
      "p50 ms",
      "p99 ms",
      "slowest ms",
      "GETs/Pod",
      "reviews/Pod",
      "replica: MiB at most",
      "API server: MiB at most",
    ],
    runs.map(({ replicas, speed, callsPerPod, memory }) => [
      String(replicas),
      String(speed.pods),
      figure(speed.podsPerSecond, 0),
      figure(speed.p50, 1),
      figure(speed.p99, 1),
      figure(speed.slowest, 0),
      figure(callsPerPod?.credspecGets, 3),
      figure(callsPerPod?.accessReviews, 3),
      mib(mostMemory(memory)),
      mib(Math.max(...memory.map(({ apiServer }) => apiServer))),
    ]),
  );
}

/** Numbers of correct, wrong and failed answers. */
export function verdictTable(runs: readonly RunResult[]): string {
  return table(
    [
      "replicas",
      "answers",
      "**wrong**",
      "failed",
      "refused, overtaken by a change",
      "within 2 s of a change",
      "from before the Pod was sent",
      "oldest ms",
      "grants changed",
      "credspecs changed",
      "changes lost",
      "requests repeated",
      "RBAC watch, p50 ms",
      "most ms",
    ],
    runs.map(({ replicas, verdicts, changes }) => [
      String(replicas),
      String(verdicts.right + verdicts.overtaken + verdicts.wrong + verdicts.failed),
      String(verdicts.wrong),
      String(verdicts.failed),
      String(verdicts.overtaken),
      String(verdicts.nearChanges),
      String(verdicts.fromBefore),
      verdicts.oldest.toFixed(0),
      String(changes.grants),
      String(changes.credspecs),
      String(changes.lost),
      String(changes.repeated),
      figure(changes.lagP50, 1),
      figure(changes.lagMost, 0),
    ]),
  );
}

/** CPU by process; empty if the system does not provide it. */
export function cpuTable(runs: readonly RunResult[]): string {
  const lines = runs.flatMap(({ replicas, cpuPerPod, speed, wall }) => {
    if (!cpuPerPod) return [];
    const parts = [...CONSUMERS, "this program"] as const;
    const sum = parts.reduce((total, part) => total + cpuPerPod[part], 0);
    const cores = (perPod: number): string => ((perPod * speed.pods) / (1000 * wall)).toFixed(2);
    return [
      [
        String(replicas),
        ...parts.map(part => cpuPerPod[part].toFixed(2)),
        `${((100 * cpuPerPod["load generator"]) / sum).toFixed(0)} %`,
        cores(cpuPerPod.controller),
        cores(sum),
        cores(Math.max(0, cpuPerPod.machine - sum)),
      ],
    ];
  });
  if (lines.length === 0) return "";
  const perPod = [...CONSUMERS, "this program"].map(part => `${part} ms/Pod`);
  const shares = ["generator's share", "controllers' cores", "busy cores", "others' cores"];
  return table(["replicas", ...perPod, ...shares], lines);
}

/** Speed and memory over time: one line for each tenth of a run. */
export function courseTable({ parts, memory }: RunResult): string {
  const last = memory.at(-1)?.seconds ?? 0;
  return table(
    ["part", "Pods/s", "p50 ms", "p99 ms", "MiB of each replica, at its end"],
    parts.map((part, index) => {
      const end = ((index + 1) / parts.length) * last;
      const sample = memory.findLast(({ seconds }) => seconds <= end);
      return [
        String(index + 1),
        figure(part.podsPerSecond, 0),
        figure(part.p50, 1),
        figure(part.p99, 1),
        (sample?.controllers ?? []).map(mib).join(", "),
      ];
    }),
  );
}

/** Numbers of answers by outcome. */
export function outcomeList(runs: readonly RunResult[]): string {
  return runs
    .map(({ replicas, outcomes }) => {
      const counts = Object.entries(outcomes).map(([name, count]) => `${name} ${count}`);
      return `- replicas ${replicas}: ${counts.join(", ")}`;
    })
    .join("\n");
}

/** The first wrong or failed answers of each run. */
export function complaintList(runs: readonly RunResult[]): string {
  return runs
    .flatMap(({ replicas, verdicts }) =>
      verdicts.complaints.map(complaint => `- replicas ${replicas}: ${complaint}`),
    )
    .join("\n");
}

/** The first lost changes of each run, and its other failures. */
export function troubleList(runs: readonly RunResult[]): string {
  return runs
    .flatMap(({ replicas, speed, changes, troubles }) => [
      ...(speed.pods === 0 ? [`- replicas ${replicas}: no Pod was answered`] : []),
      ...troubles.map(trouble => `- replicas ${replicas}: ${trouble}`),
      ...changes.whyLost.map(why => `- replicas ${replicas}: a change was lost: ${why}`),
    ])
    .join("\n");
}
