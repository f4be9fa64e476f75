/**
 * Decides when to take the next step: at once while there is more to do, and after growing delays while
 * steps have no effect.
 */

/** The outcome of a step. */
export type Outcome =
  /** Something was written, so there may be more to do. */
  | "changed"
  /** There was nothing to do, or the replicas must catch up first. */
  | "quiet"
  /** A write was planned, but the object already had these values. */
  | "unchanged"
  | "failed";

/**
 * The number of writes in quick succession without a delay. The longest way to a new pair needs fewer.
 */
const FREE_WRITES = 8;

/** Milliseconds after which a write no longer counts towards that number. */
const FORGOTTEN_MS = 600_000;

/** The longest delay after a write in vain, in milliseconds. */
const LONGEST_MS = 60_000;

/**
 * The same after a failure: the API server cannot be reached, or an object is missing that may be applied at
 * any moment. A failed step is a few GETs, and webhooks may not trust the certificate meanwhile.
 */
const LONGEST_AFTER_FAILURE_MS = 20_000;

/** Prevents busy loops if a step has no effect, or if two controllers undo each other's writes. */
export class Pace {
  #inVain = 0;
  #writes: number[] = [];

  /**
   * @param pollMs milliseconds between two steps if there is nothing to do.
   * @param now returns milliseconds of a monotonic clock.
   */
  constructor(
    private readonly pollMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns the milliseconds to wait after this step. */
  after(outcome: Outcome): number {
    if (outcome === "unchanged" || outcome === "failed") {
      this.#inVain += 1;
      return this.#backOff(
        this.#inVain,
        outcome === "failed" ? LONGEST_AFTER_FAILURE_MS : LONGEST_MS,
      );
    }
    this.#inVain = 0;
    return outcome === "changed" ? this.#afterWrite() : this.pollMs;
  }

  #afterWrite(): number {
    const now = this.now();
    this.#writes = [...this.#writes.filter(time => time > now - FORGOTTEN_MS), now];
    const surplus = this.#writes.length - FREE_WRITES;
    return surplus <= 0 ? 0 : this.#backOff(surplus);
  }

  #backOff(times: number, longestMs = LONGEST_MS): number {
    return Math.min(Math.max(this.pollMs, longestMs), this.pollMs * 2 ** Math.min(times - 1, 16));
  }
}
