/** Judges all answers together. */
import type { History } from "./history";
import type { Span } from "./timeline";
import { judge, type Answer, type Verdict } from "./verdict";

/** Counts of answers, and the extreme values. */
export interface Verdicts {
  right: number;
  overtaken: number;
  wrong: number;
  failed: number;
  /**
   * Answers whose grant or credential spec changed within the last seconds: only these could be
   * wrong.
   */
  nearChanges: number;
  /** Answers that only a state from before the Pod was sent can explain. */
  fromBefore: number;
  /** Maximum milliseconds by which that state was out of date. */
  oldest: number;
  /** The first wrong or failed answers. */
  complaints: string[];
}

const NEAR_MS = 2000;
const MOST_COMPLAINTS = 10;

/**
 * Judges all answers, once all changes are recorded.
 *
 * @param tolerance milliseconds, see `judge`.
 */
export function judgeAll(
  answers: readonly Answer[],
  history: History,
  tolerance: number,
): Verdicts {
  const verdicts: Verdicts = {
    right: 0,
    overtaken: 0,
    wrong: 0,
    failed: 0,
    nearChanges: 0,
    fromBefore: 0,
    oldest: 0,
    complaints: [],
  };
  for (const answer of answers) {
    const truth = history.truth(answer.credspec, answer.account);
    const near: Span = { start: answer.start - NEAR_MS, end: answer.end };
    if (truth.granted.changed(near) || truth.contents.changed(near)) verdicts.nearChanges++;
    note(verdicts, judge(answer, truth, tolerance), answer);
  }
  return verdicts;
}

function note(verdicts: Verdicts, verdict: Verdict, answer: Answer): void {
  verdicts[verdict.kind]++;
  if (verdict.kind === "right") {
    if (verdict.age > 0) verdicts.fromBefore++;
    verdicts.oldest = Math.max(verdicts.oldest, verdict.age);
  }
  if ("why" in verdict && verdicts.complaints.length < MOST_COMPLAINTS) {
    verdicts.complaints.push(
      `${verdict.kind}: credential spec ${answer.credspec}, account ${answer.account}, ` +
        `${answer.outcome.kind}: ${verdict.why}`,
    );
  }
}
