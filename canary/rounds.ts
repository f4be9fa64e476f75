/** Round after round: tries the Pods, shows what came of them, and tells people what is new. */
import type { Logger } from "pino";

import { describeFailure } from "../kube/api-error";
import type { ModuleEvent } from "../kube/events";
import { CANARY } from "../kube/installation-names";
import type { TrialAnswer } from "../rules/canary/answer";
import { judge } from "../rules/canary/judge";
import {
  newsOf,
  type News,
  type Outcome,
  type PlacedTrial,
  type TrialResult,
} from "../rules/canary/round";
import type { Trial } from "../rules/canary/trial";
import type { CanaryMetrics } from "../telemetry/canary-metrics";

const OF_DEPLOYMENT = {
  about: { apiVersion: "apps/v1", kind: "Deployment", name: CANARY },
  component: CANARY,
};

/** Events are kept for an hour; what lasts is told again before. */
const TELL_AGAIN_MS = 30 * 60_000;
/** The longest pause, in rounds, while the API server does not answer. */
const MOST_ROUNDS_LEFT_OUT = 5;

/** The world around the rounds. */
export interface CanaryWorld {
  tryPod(trial: Trial): Promise<TrialAnswer>;
  /** Rejects if the API server does not take it. */
  tell(event: ModuleEvent): Promise<void>;
  now(): Date;
  /** Where the replicas listen; as shipped if left out. */
  webhookPort?: number;
}

const REASONS: Readonly<Record<Outcome, string>> = {
  passed: "GMSAChecked",
  unchecked: "GMSAUnchecked",
  unreachable: "GMSAWebhookUnreachable",
  refused: "GMSAPodRefused",
  unknown: "GMSACanaryUnknown",
};

export class Canary {
  #told: { key: string; at: number } | undefined;
  #withoutAnswer = 0;

  constructor(
    private readonly trials: readonly PlacedTrial[],
    private readonly world: CanaryWorld,
    private readonly metrics: CanaryMetrics,
    private readonly log: Logger,
  ) {}

  /** @returns how many intervals to wait for the next round. */
  async round(): Promise<number> {
    const results = await Promise.all(this.trials.map(trial => this.#try(trial)));
    const now = this.world.now();
    this.metrics.round(results, now);
    const news = newsOf(results, { port: this.world.webhookPort });
    if (this.#isNew(news, now.getTime())) await this.#tell(news, now.getTime());
    const isAway = results.every(({ verdict }) => verdict.reason === "no answer");
    this.#withoutAnswer = isAway ? this.#withoutAnswer + 1 : 0;
    return Math.min(MOST_ROUNDS_LEFT_OUT, Math.max(1, this.#withoutAnswer));
  }

  async #try(placed: PlacedTrial): Promise<TrialResult> {
    const { trial } = placed;
    return { ...placed, verdict: judge(trial, await this.world.tryPod(trial)) };
  }

  /** The first round is, too: what was before a restart is not known. */
  #isNew({ key, outcome }: News, now: number): boolean {
    if (this.#told?.key !== key) return true;
    return outcome !== "passed" && now - this.#told.at >= TELL_AGAIN_MS;
  }

  async #tell({ key, outcome, message }: News, at: number): Promise<void> {
    if (outcome === "passed") this.log.info({ outcome }, message);
    else this.log.error({ outcome }, message);
    const type = outcome === "passed" ? "Normal" : "Warning";
    try {
      await this.world.tell({ ...OF_DEPLOYMENT, type, reason: REASONS[outcome], message });
      this.#told = { key, at };
    } catch (error) {
      // The next round tries again.
      this.log.warn({ why: describeFailure(error) }, "The Event could not be created");
    }
  }
}
