/**
 * The reports of the certificate controller: log lines, metrics, and Events on the Secret with the
 * certificate.
 */
import type { Logger } from "pino";

import type { ModuleEvent } from "../kube/events";
import { KEEPER } from "../kube/installation-names";
import { KeeperMetrics } from "./keeper-metrics";
import type { Outcome } from "./pace";
import type { StoppedRotation } from "./plan";
import { stopInWords } from "./stop-in-words";

/** API servers delete an Event after an hour. It is repeated while a rotation is stopped. */
const EVENT_EVERY_MS = 1800 * 1000;

/** Reports each state once, and again if it recurs. */
export class KeeperReport {
  readonly metrics = new KeeperMetrics();
  #complaint = "";
  #failure = "";
  #stop = "";
  /** When the last Event was stored; undefined if there is none about this stop. */
  #stopTold: number | undefined;

  constructor(
    private readonly log: Logger,
    /** The name of the Secret with the certificate. Events refer to it. */
    private readonly secret: string,
    private readonly tell: (event: ModuleEvent) => Promise<void>,
  ) {}

  rotated(): void {
    this.metrics.rotations.inc();
  }

  /** Records the outcome of a step. */
  came(outcome: Outcome): void {
    this.metrics.steps.inc({ outcome });
    if (outcome !== "failed") this.#failure = "";
  }

  failed(why: string): void {
    if (why !== this.#failure) this.log.warn({ why }, "A step failed, and will be tried again");
    this.#failure = why;
  }

  /** @param why a problem that only a person can solve; empty if there is none. */
  needsHand(why: string): void {
    if (why !== "" && why !== this.#complaint) {
      this.log.error({ why }, "Manual action is needed");
    }
    this.#complaint = why;
  }

  /** @param stopped the rotation that a limit prevents; undefined if there is none. */
  async stopped(stopped: StoppedRotation | undefined): Promise<void> {
    this.metrics.stopped.set(stopped === undefined ? 0 : 1);
    if (stopped === undefined) {
      if (this.#stop !== "") this.log.info("Rotation is no longer stopped");
      this.#stop = "";
      return;
    }
    const now = performance.now();
    const isNew = stopped.stop.reason !== this.#stop;
    if (isNew) this.#stopTold = undefined;
    const lastTold = this.#stopTold ?? -Infinity;
    if (now - lastTold < EVENT_EVERY_MS) return;
    this.#stop = stopped.stop.reason;
    await this.#tell(stopped, { now, isLogged: !isNew && this.#stopTold === undefined });
  }

  /** @param isLogged whether only the Event is missing, because the API server did not store it. */
  async #tell(
    stopped: StoppedRotation,
    { now, isLogged }: { now: number; isLogged: boolean },
  ): Promise<void> {
    const { problem, remedy } = stopInWords(stopped);
    if (!isLogged) this.log.error({ why: problem, remedy }, "Rotation is stopped");
    try {
      await this.tell({
        about: { apiVersion: "v1", kind: "Secret", name: this.secret },
        component: KEEPER,
        type: "Warning",
        reason: "RotationStopped",
        message: `${problem}. ${remedy}.`,
      });
      this.#stopTold = now;
    } catch (error) {
      if (isLogged) return;
      this.log.warn({ why: (error as Error).message }, "The Event could not be written");
    }
  }
}
