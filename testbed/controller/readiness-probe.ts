import { errorText, sleep } from "../process/log";
import { getStatus } from "../process/https-probe";
import type { Address } from "../process/ports";

/** Milliseconds between two probes of a replica that is ready or not yet ready. */
const period = { ready: 500, waiting: 150 };

/** Number of consecutive failures, which is the default failureThreshold of a readinessProbe. */
const failureThreshold = 3;

/**
 * Probes one replica repeatedly as the kubelet does: GET over HTTPS, without verifying the
 * certificate. A refused connection counts at once.
 */
export class Readiness {
  #ready = false;
  #failures = 0;
  #stopped = false;

  constructor(
    private readonly address: Address & { path: string },
    private readonly onChange: () => void,
  ) {
    void this.#loop();
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Reports that a connection to the replica was refused. */
  reportRefused(): void {
    this.#set(false);
  }

  /** Marks the replica as not ready and ends the probes. */
  stop(): void {
    this.#stopped = true;
    this.#set(false);
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      const outcome = await this.#probe();
      if (this.#isStopped()) return;
      this.#take(outcome);
      await sleep(this.#ready ? period.ready : period.waiting);
    }
  }

  /** A method, because the compiler assumes that a field does not change across an await. */
  #isStopped(): boolean {
    return this.#stopped;
  }

  async #probe(): Promise<"ok" | "failed" | "refused"> {
    const options = { ...this.address, rejectUnauthorized: false };
    try {
      const status = await getStatus(options, 1000);
      return status === 200 ? "ok" : "failed";
    } catch (error) {
      return errorText(error).includes("ECONNREFUSED") ? "refused" : "failed";
    }
  }

  #take(outcome: "ok" | "failed" | "refused"): void {
    this.#failures = outcome === "ok" ? 0 : this.#failures + 1;
    if (outcome === "ok") this.#set(true);
    else if (outcome === "refused" || this.#failures >= failureThreshold) this.#set(false);
  }

  #set(ready: boolean): void {
    if (this.#ready === ready) return;
    this.#ready = ready;
    this.onChange();
  }
}
