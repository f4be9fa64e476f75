/** The result of a run. */
import type { ApiCalls } from "../api-calls";
import type { CpuTimes } from "../cpu-time";
import { percentile } from "../statistics";
import type { ChangesMade } from "./changes";
import type { Span } from "./timeline";
import type { Answer } from "./verdict";
import type { Verdicts } from "./verdicts";

/** Memory at one point in time. */
export interface MemorySample {
  /** Seconds since the load began. */
  seconds: number;
  /** Bytes of each replica; NaN while it has no process. */
  controllers: number[];
  /** Bytes. */
  apiServer: number;
}

/** Throughput and latency in a part of the run. */
export interface Speed {
  /** Number of Pods admitted or refused. */
  pods: number;
  podsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  /** Milliseconds. */
  p99: number;
  /** Milliseconds. */
  slowest: number;
}

/** CPU in milliseconds per Pod; undefined if the system does not provide it. */
export interface CpuPerPod extends CpuTimes {
  /**
   * The process that judges, makes changes, and forwards requests if there is more than one
   * replica.
   */
  "this program": number;
}

/** Results with one number of replicas. */
export interface RunResult {
  replicas: number;
  /** The replica listens on the ClusterIP itself. */
  direct: boolean;
  speed: Speed;
  /** Speed of each part of the run, to show whether it changes. */
  parts: Speed[];
  /** Number of answers by outcome. */
  outcomes: Record<string, number>;
  /** Undefined if the API server's metrics could not be read, or no Pod was answered. */
  callsPerPod?: ApiCalls;
  cpuPerPod?: CpuPerPod;
  /** Seconds of wall-clock time in which the CPU was spent. */
  wall: number;
  changes: ChangeFigures;
  verdicts: Verdicts;
  memory: MemorySample[];
  /** Other failures in the run, such as a replica that ended. The figures are then incomplete. */
  troubles: string[];
}

/** The changes of a run. */
export interface ChangeFigures {
  grants: number;
  credspecs: number;
  /** Number of requests that were sent again, because the API server did not answer. */
  repeated: number;
  /** Number of changes whose effect is unknown. */
  lost: number;
  /** Why the first of them were lost. */
  whyLost: string[];
  /** Milliseconds until the API server's authorizer saw a change, at the median. */
  lagP50: number;
  /** The same at most. */
  lagMost: number;
}

const MOST_REASONS = 10;

/** Summarises the changes of a run. @param repeated requests that were sent again. */
export function changeFigures(made: ChangesMade, repeated: number): ChangeFigures {
  const { grants, credspecs, lost, lags } = made;
  const sorted = [...lags].sort((left, right) => left - right);
  return {
    grants,
    credspecs,
    repeated,
    lost: lost.length,
    whyLost: lost.slice(0, MOST_REASONS),
    lagP50: percentile(sorted, 0.5),
    lagMost: sorted.at(-1) ?? Number.NaN,
  };
}

/** Whether a run measured Pods, and every answer was correct and every request answered. */
export function isGood({ speed, verdicts, changes, troubles }: RunResult): boolean {
  const faults = verdicts.wrong + verdicts.failed + changes.lost + troubles.length;
  return speed.pods > 0 && faults === 0;
}

const PARTS = 10;

/** Speed of the answers that arrived within a span. */
export function speedIn(answers: readonly Answer[], { start, end }: Span): Speed {
  const times = answers
    .filter(answer => answer.end >= start && answer.end < end)
    .filter(({ outcome }) => outcome.kind !== "failed")
    .map(answer => answer.end - answer.start)
    .sort((left, right) => left - right);
  return {
    pods: times.length,
    podsPerSecond: (1000 * times.length) / (end - start),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    slowest: times.at(-1) ?? Number.NaN,
  };
}

/** Speed in each tenth of the span. */
export function partsIn(answers: readonly Answer[], { start, end }: Span): Speed[] {
  const length = (end - start) / PARTS;
  return Array.from({ length: PARTS }, (_, part) =>
    speedIn(answers, { start: start + part * length, end: start + (part + 1) * length }),
  );
}

/** Counts the answers by outcome. */
export function countOutcomes(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of answers) {
    const name = outcome.kind === "refused" ? outcome.reason : outcome.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Maximum memory of any replica, in bytes. */
export function mostMemory(samples: readonly MemorySample[]): number {
  const known = samples.flatMap(({ controllers }) => controllers).filter(bytes => bytes >= 0);
  return Math.max(...known);
}
