/**
 * Lets few large reviews be worked on at a time: each takes memory, and time in which nothing else is
 * answered. Whoever waits is told so before the API server gives up, which would repeat the webhook's
 * path to whoever sent the Pod.
 */

/** The most at a time. They take turns on one thread; the second one arrives while the first is asked about. */
export const MOST_LARGE = 2;
/** Milliseconds in which a turn must come. With the rules' own deadline it is below the webhook's 10 s. */
export const TURN_DEADLINE_MS = 3000;

/** Turns, in the order in which they were asked for. */
export class LargeReviews {
  #running = 0;
  readonly #waiting = new Set<() => void>();
  readonly #deadlineMs: number;

  constructor(deadlineMs = TURN_DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  /** Resolves with a function that ends the turn, or with undefined if none came in time. */
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

  /** Whoever is next takes over the turn, so their number stays as it is. */
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
