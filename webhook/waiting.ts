/** When a program that waits for something reports it. */

/** What a replica waits for, in its log and, once it listens, at /readyz. */
export const WAITS = {
  files: "Waiting for certificate and path, which pepr-gmsa-certificates creates",
  store: "Waiting for the API server to serve peprstores.pepr.dev",
} as const;
/** As Pepr reads it. */
export const STORE_NAME = "peprstores.pepr.dev pepr-gmsa-store";

/** Milliseconds after which a wait is worth a line of its own, and between later ones. */
export const LONG_WAIT_MS = 10_000;
const AGAIN_MS = 60_000;

/** Decides what is reported of one wait, from what is seen of it over time. */
export class Waiting {
  readonly #start: number;
  #next: number;
  #why = "";

  /** @param now milliseconds, of any clock that does not jump. */
  constructor(now: number) {
    this.#start = now;
    this.#next = now + LONG_WAIT_MS;
  }

  /**
   * What is waited for is still not there.
   *
   * @returns the seconds so far if that is to be reported: for a new reason at once, since it is what
   *   somebody has to do something about, and then after 10 s and once a minute.
   */
  failed(why: string, now: number): number | undefined {
    const isNew = why !== this.#why;
    if (!isNew && now < this.#next) return undefined;
    if (!isNew) this.#next = now + AGAIN_MS;
    this.#why = why;
    return Math.round((now - this.#start) / 1000);
  }
}
