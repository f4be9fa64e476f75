/** Milliseconds without an answer from the API server after which a replica is not ready. */
export const AWAY_MS = 60_000;
/** The longest warm-up, in milliseconds. Until then, the previous replicas serve. */
export const REHEARSAL_MS = 1500;

/**
 * Whether this replica can serve. A replica that is not ready is removed from the Service, and the
 * others continue. So only conditions that other replicas may not have are considered.
 */
export class Readiness {
  draining = false;
  /** The resource that it waits for. */
  waitsFor: string | undefined;
  /** It is warming up with its own requests, so that the first Pods do not wait longer than others. */
  rehearsing = false;
  /** When the served certificate expires. */
  notAfter: Date | undefined;
  #lastAnswer: number;

  /** @param now the time in milliseconds, of a monotonic clock. */
  constructor(now: number) {
    this.#lastAnswer = now;
  }

  /** Records any answer of the API server, including errors. */
  apiServerAnswered(now: number): void {
    this.#lastAnswer = now;
  }

  /** Returns the reasons why the replica is not ready; empty if it is ready. */
  reasons(now: number, date: Date): string[] {
    const reasons: string[] = [];
    if (this.draining) {
      reasons.push("terminating");
    }
    if (this.waitsFor !== undefined) {
      reasons.push(`waiting for ${this.waitsFor}`);
    }
    if (this.rehearsing) {
      reasons.push("warming up");
    }
    if (this.notAfter !== undefined && this.notAfter <= date) {
      reasons.push(`the certificate expired at ${this.notAfter.toISOString()}`);
    }
    // A short outage of the API server affects all replicas, so it is ignored.
    if (now - this.#lastAnswer >= AWAY_MS) {
      const seconds = Math.round((now - this.#lastAnswer) / 1000);
      reasons.push(`the API server has not answered for ${seconds} s`);
    }
    return reasons;
  }
}
