/** Milliseconds without an answer of the API server after which a replica steps back. */
export const AWAY_MS = 60_000;
/** Milliseconds for which it warms up, at most; the replicas of before answer meanwhile. */
export const REHEARSAL_MS = 1500;

/**
 * Whether this replica can do its work. A replica that is not ready leaves the Service, and the
 * others go on; so only what the others may do better counts.
 */
export class Readiness {
  draining = false;
  /** What it needs and does not have yet. */
  waitsFor: string | undefined;
  /** It asks itself, so that the first Pods do not wait longer than others. */
  rehearsing = false;
  /** When the certificate in use ends. */
  notAfter: Date | undefined;
  #lastAnswer: number;

  /** @param now milliseconds, of any clock that does not jump. */
  constructor(now: number) {
    this.#lastAnswer = now;
  }

  /** The API server has answered, whatever it said. */
  apiServerAnswered(now: number): void {
    this.#lastAnswer = now;
  }

  /** Why it is not ready, or nothing. */
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
      reasons.push(`the certificate ended at ${this.notAfter.toISOString()}`);
    }
    // One that is away for a moment is away for all replicas.
    if (now - this.#lastAnswer >= AWAY_MS) {
      const seconds = Math.round((now - this.#lastAnswer) / 1000);
      reasons.push(`the API server has not answered for ${seconds} s`);
    }
    return reasons;
  }
}
