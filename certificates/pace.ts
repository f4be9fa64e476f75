/** When to look again after a step: at once while there is more to do, and ever later while in vain. */

/** What came of a step. */
export type Outcome =
  /** Something was written, so that there may be more to do. */
  | "changed"
  /** There is nothing to do, or it has to wait for the replicas. */
  | "quiet"
  /** Something was to be written, and all was so already. */
  | "unchanged"
  | "failed";

/** Writes in a row, or in quick succession, that nobody waits for: the longest way to a new pair is shorter. */
const FREE_WRITES = 8;

/** Milliseconds after which a write no longer counts as one of many. */
const FORGOTTEN_MS = 600_000;

/** Milliseconds: the longest wait after a failure, which the API server being away is as well. */
const LONGEST_MS = 60_000;

/** Keeps a step that changes nothing, and two who undo each other's writes, from spinning. */
export class Pace {
  #inVain = 0;
  #writes: number[] = [];

  /**
   * @param pollMs milliseconds between two looks when there is nothing to do.
   * @param now milliseconds of a clock that does not jump.
   */
  constructor(
    private readonly pollMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds to wait after this step. */
  after(outcome: Outcome): number {
    if (outcome === "unchanged" || outcome === "failed") {
      this.#inVain += 1;
      return this.#backOff(this.#inVain);
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

  #backOff(times: number): number {
    return Math.min(Math.max(this.pollMs, LONGEST_MS), this.pollMs * 2 ** Math.min(times - 1, 16));
  }
}
