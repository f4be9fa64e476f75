/** Decides when a program that waits for something logs that. */

/** The reasons for which a replica waits, in its log and, once it listens, at /readyz. */
export const WAITS = {
  files: "Waiting for certificate and path, which pepr-gmsa-certificates creates",
  store: "Waiting for the API server to serve peprstores.pepr.dev",
} as const;
/** The object that Pepr reads. */
export const STORE_NAME = "peprstores.pepr.dev pepr-gmsa-store";

/** Milliseconds after which a wait is logged again for the first time, and between later lines. */
export const LONG_WAIT_MS = 10_000;
const AGAIN_MS = 60_000;

/** Decides what to log about one wait. */
export class Waiting {
  readonly #start: number;
  #next: number;
  #why = "";

  /** @param now the time in milliseconds, of a monotonic clock. */
  constructor(now: number) {
    this.#start = now;
    this.#next = now + LONG_WAIT_MS;
  }

  /**
   * Records that the wait continues.
   *
   * @returns the seconds waited so far if they should be logged; otherwise undefined. A new reason is
   *   logged at once, because someone may have to act on it. The same reason is logged after 10 s, and
   *   then once a minute.
   */
  failed(why: string, now: number): number | undefined {
    const isNew = why !== this.#why;
    if (!isNew && now < this.#next) return undefined;
    if (!isNew) this.#next = now + AGAIN_MS;
    this.#why = why;
    return Math.round((now - this.#start) / 1000);
  }
}
