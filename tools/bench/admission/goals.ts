import { CASES, type Case } from "../cases";
import { spreadOf, type Spread } from "../statistics";
import type { Row } from "./result-rows";
import { firstOverThousandth, type Start } from "./starts";

/** One goal and the measured value. */
export interface GoalResult {
  text: string;
  measured: number;
  met: boolean;
}

interface Limit {
  atMost?: number;
  atLeast?: number;
}

function judge(text: string, found: number | Spread, { atMost, atLeast }: Limit): GoalResult {
  const measured = typeof found === "number" ? found : found.median;
  const met = measured <= (atMost ?? Infinity) && measured >= (atLeast ?? -Infinity);
  const limit = atMost === undefined ? `at least ${String(atLeast)}` : `at most ${String(atMost)}`;
  return { text: `${text}: ${limit}`, measured, met };
}

/** Minimum share of the limit's Pods per second, with 16 requests at a time. */
const SHARE: Record<Case, number> = {
  plain: 0.97,
  "one reference": 0.92,
  "three references": 0.92,
};
/** Maximum time per Pod as a multiple of the limit's, with one request at a time. */
const LONGEST = 1.25;
/** Maximum time of the first Pods after a start, as a multiple of the time of the thousandth. */
const FIRST_PODS = 1.5;
const READY_LATER_S = 2;

/** Compares the measurements with the module's performance goals. */
export function judgeGoals(rows: readonly Row[], starts: readonly Start[]): GoalResult[] {
  const row = (name: Case, concurrency: number): Row => {
    const found = rows.find(
      candidate => candidate.case === name && candidate.concurrency === concurrency,
    );
    if (!found) throw new Error(`"${name}" was not measured at w=${concurrency}`);
    return found;
  };
  const of = (number: (start: Start) => number): Spread => spreadOf(starts.map(number));
  return [
    ...CASES.map(name =>
      judge(`${name}, Pods/s of the limit's, w=16`, row(name, 16).toLimit.podsPerSecond, {
        atLeast: SHARE[name],
      }),
    ),
    ...CASES.map(name =>
      judge(`${name}, p50 of the limit's, w=1`, row(name, 1).toLimit.p50, { atMost: LONGEST }),
    ),
    judge("first 50 Pods after a start, p50 of the thousandth's", of(firstOverThousandth), {
      atMost: FIRST_PODS,
    }),
    judge(
      "ready later than Pepr is, s",
      of(({ readyAfter, peprAfter }) => readyAfter - peprAfter),
      {
        atMost: READY_LATER_S,
      },
    ),
    judge("failures", failuresIn(rows, starts), { atMost: 0 }),
  ];
}

/** Number of failed requests, whichever side answered them. */
export function failuresIn(rows: readonly Row[], starts: readonly Start[]): number {
  const counts = [
    ...rows.flatMap(({ sides }) => Object.values(sides).map(({ failures }) => failures)),
    ...starts.map(({ failures }) => failures),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}
