import { Agent } from "node:https";

import { errorText, sleep } from "../process/log";
import { getStatus } from "../process/https-probe";
import type { Address } from "../process/ports";

/** Milliseconds between two probes of a replica that is ready or not yet ready. */
const period = { ready: 500, waiting: 150 };

/** Errors of a connection that was kept. */
const CLOSED = /ECONNRESET|EPIPE|socket hang up/;

/** Number of consecutive failures, which is the default failureThreshold of a readinessProbe. */
const failureThreshold = 3;

/**
 * Probes one replica repeatedly as the kubelet does: GET over HTTPS, without verifying the
 * certificate. A refused connection counts at once. Unlike the kubelet, it keeps its connection,
 * because a handshake twice a second for each replica would slow down every test.
 */
export class Readiness {
  #ready = false;
  #failures = 0;
  #stopped = false;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

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
    this.#agent.destroy();
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
    const isOk = async (agent: Agent | false): Promise<boolean> =>
      (await getStatus({ ...options, agent }, 1000)) === 200;
    try {
      // The server may close a connection while a request on it is on its way.
      const answered = isOk(this.#agent).catch((error: unknown) => {
        if (CLOSED.test(errorText(error))) return isOk(false);
        throw error;
      });
      return (await answered) ? "ok" : "failed";
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
