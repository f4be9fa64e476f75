/**
 * Limits the number of large reviews that are handled concurrently, because each takes memory and blocks
 * the thread for a time. A review that waits too long is answered before the API server gives up,
 * because the error of a time-out would reveal the webhook's path to the sender of the Pod.
 */

/**
 * The most large reviews at a time. They share one thread, and the second one arrives while the first
 * waits for the cluster.
 */
export const MOST_LARGE = 2;
/**
 * The longest wait for a turn, in milliseconds. It is a part of the deadline of a body
 * (webhook/review-body.ts).
 */
export const TURN_DEADLINE_MS = 3000;

/** A queue of turns, first come, first served. */
export class LargeReviews {
  #running = 0;
  readonly #waiting = new Set<() => void>();
  readonly #deadlineMs: number;

  constructor(deadlineMs = TURN_DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  /** Resolves with a function that ends the turn, or with undefined if none became free in time. */
  async turn(): Promise<(() => void) | undefined> {
    if (this.#running < MOST_LARGE) {
      this.#running++;
    } else if (!(await this.#wait())) {
      return undefined;
    }
    let ended = false;
    return () => {
      if (!ended) this.#next();
      ended = true;
    };
  }

  #wait(): Promise<boolean> {
    return new Promise(resolve => {
      const come = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(come);
        resolve(false);
      }, this.#deadlineMs);
      this.#waiting.add(come);
    });
  }

  /** Hands the turn to the next in the queue, so the number of turns stays the same. */
  #next(): void {
    const [come] = this.#waiting;
    if (come === undefined) {
      this.#running--;
    } else {
      this.#waiting.delete(come);
      come();
    }
  }
}
