/** Replaces the secret part of the webhooks' paths step by step, without failed calls. */
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

/** The durations, in milliseconds. */
export interface PathTimes {
  rotateMs: number;
  /** How long every ready replica must answer the next path before it is used. */
  announceMs: number;
  /** How long the webhook configurations must call the new path before the previous one is dropped. */
  overlapMs: number;
}

/** The parts of the installation that the rotation observes. */
export interface PathWorld {
  observe(): Promise<{ configurations: WebhookConfiguration[] }>;
  /**
   * Returns, for each replica that is ready or can be reached, whether it answers requests on this path.
   *
   * @param ca the CAs to trust for the replicas, PEM.
   */
  accepting(path: string, ca: string): Promise<boolean[]>;
}

/** Plans and takes one step at a time. */
export class PathRotation {
  readonly #store: PathStore;
  readonly #world: PathWorld;
  readonly #times: PathTimes;
  readonly #log: Logger;
  /**
   * The condition for the current step, and since when it has been met, in milliseconds of
   * performance.now().
   */
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

  /**
   * Takes the next step when its condition has been met for long enough. The webhook configurations are
   * updated from the Secret.
   */
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

  /** Whether every replica answers this path. False if there are no replicas. */
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

  /**
   * Whether a condition has been met at every check for this long. An interruption restarts the time.
   */
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
