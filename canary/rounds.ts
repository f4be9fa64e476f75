/** Runs rounds of the canary: tries the Pods, records the results, and reports changes. */
import type { Logger } from "pino";

import { describeFailure } from "../kube/api-error";
import type { ModuleEvent } from "../kube/events";
import { CANARY } from "../kube/installation-names";
import type { CreateAnswer } from "../rules/canary/probe-answer";
import { judge } from "../rules/canary/judge";
import {
  newsOf,
  type News,
  type Outcome,
  type PlacedProbe,
  type ProbeResult,
} from "../rules/canary/round";
import type { Probe } from "../rules/canary/probe";
import type { CanaryMetrics } from "../telemetry/canary-metrics";

const OF_DEPLOYMENT = {
  about: { apiVersion: "apps/v1", kind: "Deployment", name: CANARY },
  component: CANARY,
};

/** Events expire after an hour, so a lasting problem is reported again before that. */
const TELL_AGAIN_MS = 30 * 60_000;
/** The longest pause while the API server does not answer, in rounds. */
const MOST_ROUNDS_LEFT_OUT = 5;

/** The side effects of a round. */
export interface CanaryWorld {
  tryPod(probe: Probe): Promise<CreateAnswer>;
  /** Creates an Event. Rejects if the API server does not accept it. */
  tell(event: ModuleEvent): Promise<void>;
  now(): Date;
  /** The port of the replicas; the default port if omitted. */
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
    private readonly probes: readonly PlacedProbe[],
    private readonly world: CanaryWorld,
    private readonly metrics: CanaryMetrics,
    private readonly log: Logger,
  ) {}

  /**
   * Runs one round.
   * @returns the number of intervals to wait for the next round.
   */
  async round(): Promise<number> {
    const results = await Promise.all(this.probes.map(probe => this.#try(probe)));
    const now = this.world.now();
    this.metrics.round(results, now);
    const news = newsOf(results, { port: this.world.webhookPort });
    if (this.#isNew(news, now.getTime())) await this.#tell(news, now.getTime());
    const isAway = results.every(({ verdict }) => verdict.reason === "no answer");
    this.#withoutAnswer = isAway ? this.#withoutAnswer + 1 : 0;
    return Math.min(MOST_ROUNDS_LEFT_OUT, Math.max(1, this.#withoutAnswer));
  }

  async #try(placed: PlacedProbe): Promise<ProbeResult> {
    const { probe } = placed;
    return { ...placed, verdict: judge(probe, await this.world.tryPod(probe)) };
  }

  /**
   * Whether to report the result. The first round is always reported, because the state before a restart
   * is unknown.
   */
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
      this.log.warn({ why: describeFailure(error) }, "The Event could not be created");
    }
  }
}
