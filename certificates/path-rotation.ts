/** Replaces the secret part of the webhooks' paths, step by step, without a failed call. */
import type { Logger } from "pino";

import type { WebhookConfiguration } from "./installation";
import type { PathStore } from "./kube-path";
import { arePathsRight } from "./plan";
import { planPath, type PathState, type PathStep } from "./path-plan";

const DONE = {
  announce: "A new path of the webhooks is answered beside the one that is called",
  "call next": "Every replica answers the new path, which is called from now on",
  "drop previous": "The previous path is no longer answered",
} as const;

/** How long things take, in milliseconds. */
export interface PathTimes {
  /** How long a path is called. */
  rotateMs: number;
  /** For so long every ready replica has to answer the next path before it is called. */
  announceMs: number;
  /** For so long the webhook configurations have to call the other one before one is dropped. */
  overlapMs: number;
}

/** What the rotation asks of the installation. */
export interface PathWorld {
  observe(): Promise<{ configurations: WebhookConfiguration[] }>;
  /**
   * Of each replica that is ready or can be reached, whether it answers calls on this path.
   *
   * @param ca the CAs that a replica is known by, PEM.
   */
  accepting(path: string, ca: string): Promise<boolean[]>;
}

/** Carries out one step after the other. */
export class PathRotation {
  readonly #store: PathStore;
  readonly #world: PathWorld;
  readonly #times: PathTimes;
  readonly #log: Logger;
  /** Since when what a step waits for is so, in milliseconds of performance.now(). */
  #met: { condition: string; since: number } | undefined;

  constructor(
    { store, world }: { store: PathStore; world: PathWorld },
    times: PathTimes,
    log: Logger,
  ) {
    this.#store = store;
    this.#world = world;
    this.#times = times;
    this.#log = log;
  }

  /** Takes the next step if its time has come; the webhook configurations follow the Secret. */
  async step(): Promise<void> {
    const state = await this.#store.read();
    const step = planPath(state, new Date(), this.#times.rotateMs);
    if (step.do === "nothing" || !(await this.#isTime(step, state))) return;
    await this.#store.write(step.state);
    this.#log.info({ ...("why" in step && { why: step.why }) }, DONE[step.do]);
  }

  async #isTime({ do: what }: PathStep, state: PathState): Promise<boolean> {
    switch (what) {
      case "call next":
        return this.#isMetFor(this.#times.announceMs, what, await this.#isAccepted(state.next));
      case "drop previous":
        return this.#isMetFor(this.#times.overlapMs, what, await this.#isCalled(state.called));
      case "announce":
      case "nothing":
        return true;
    }
  }

  /** Whether every replica answers this path. Without any, that is not known. */
  async #isAccepted(path: string): Promise<boolean> {
    const { configurations } = await this.#world.observe();
    const bundles = configurations.flatMap(({ webhooks }) =>
      webhooks.map(({ caBundle }) => caBundle),
    );
    const accepting = await this.#world.accepting(path, bundles.join("\n"));
    return accepting.length > 0 && accepting.every(accepts => accepts);
  }

  async #isCalled(path: string): Promise<boolean> {
    return arePathsRight((await this.#world.observe()).configurations, path);
  }

  /** Whether a condition was met at every look for this long; after a break, it counts again. */
  #isMetFor(milliseconds: number, condition: string, isMet: boolean): boolean {
    const now = performance.now();
    if (!isMet) {
      this.#met = undefined;
      return false;
    }
    if (this.#met?.condition !== condition) this.#met = { condition, since: now };
    return now - this.#met.since >= milliseconds;
  }
}
