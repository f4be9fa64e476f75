/** Limits the time for answering a review, so that the API server does not give up. */

/**
 * Milliseconds from the arrival of a review to its answer. The API server gives up after 10 s, which
 * include its connection, and the error of its time-out would reveal the webhook's URL.
 */
export const ANSWER_MS = 7000;
/** The most milliseconds for the questions to the cluster about one review. */
const RULES_DEADLINE_MS = 6000;

/** The time at which the answer to a request is due, as returned by `performance.now()`. */
const due = new WeakMap<object, number>();

/** Sets the time at which the answer to this request is due. */
export function answerBy(request: object, time: number): void {
  due.set(request, time);
}

/** Returns the milliseconds that are left for the questions to the cluster. */
export function timeForRules(request: object, now = performance.now()): number {
  const left = (due.get(request) ?? Infinity) - now;
  return Math.max(0, Math.min(RULES_DEADLINE_MS, left));
}
