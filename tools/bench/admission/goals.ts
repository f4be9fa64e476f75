import type { Measured } from "./measurement";
import { threeToOne, type Row } from "./rows";
import type { Case } from "../cases";

/** One goal, and what was measured. */
export interface GoalResult {
  text: string;
  measured: number;
  met: boolean;
}

interface Limit {
  atMost?: number;
  atLeast?: number;
}

function judge(text: string, measured: number, { atMost, atLeast }: Limit): GoalResult {
  const met = measured <= (atMost ?? Infinity) && measured >= (atLeast ?? -Infinity);
  const limit = atMost === undefined ? `at least ${String(atLeast)}` : `at most ${String(atMost)}`;
  return { text: `${text}: ${limit}`, measured, met };
}

/** Compares what was measured with what the module is meant to cost. */
export function judgeGoals(rows: readonly Row[], slices: readonly Measured[]): GoalResult[] {
  const row = (name: Case, concurrency: number): Row => {
    const found = rows.find(
      candidate => candidate.case === name && candidate.concurrency === concurrency,
    );
    if (!found) throw new Error(`"${name}" was not measured at w=${concurrency}`);
    return found;
  };
  const failures = rows.reduce((sum, each) => sum + each.with.failures + each.without.failures, 0);
  return [
    judge("plain, p50 x, w=1", row("plain", 1).p50Ratio.median, { atMost: 1.15 }),
    judge("plain, Pods/s x, w=16", row("plain", 16).podsRatio.median, { atLeast: 0.9 }),
    judge("one reference, p50 x, w=1", row("one reference", 1).p50Ratio.median, { atMost: 3 }),
    judge("one reference, Pods/s x, w=16", row("one reference", 16).podsRatio.median, {
      atLeast: 0.35,
    }),
    judge("three references, Pods/s x one reference, w=1", threeToOne(slices, 1).median, {
      atLeast: 0.85,
    }),
    judge("three references, Pods/s x one reference, w=16", threeToOne(slices, 16).median, {
      atLeast: 0.85,
    }),
    judge("failures", failures, { atMost: 0 }),
  ];
}
