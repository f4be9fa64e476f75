/** The metrics of the canary. The number of series does not depend on the size of the cluster. */
import { Counter, Gauge, Registry } from "prom-client";

import { gmsaOf } from "../rules/canary/probe";
import { indicatorsOf, isCountedAsRefused, type ProbeResult } from "../rules/canary/round";

/** The metrics of the canary's process. */
export class CanaryMetrics {
  readonly #registry = new Registry();
  readonly #options = { registers: [this.#registry] };
  readonly #state = new Gauge({
    ...this.#options,
    name: "pepr_gmsa_canary_state",
    help: "1 for the outcome of the last Pod that was tried, 0 for the others",
    labelNames: ["place", "expected", "gmsa", "outcome"],
  });
  readonly #rounds = new Counter({
    ...this.#options,
    name: "pepr_gmsa_canary_rounds_total",
    help: "Rounds in which all Pods were tried",
  });
  /** For alerts that count the refusals of the webhook. */
  readonly #refusals = new Counter({
    ...this.#options,
    name: "pepr_gmsa_canary_refusals_total",
    help: "Pods of the canary that the webhook refused",
  });
  readonly #lastRound = new Gauge({
    ...this.#options,
    name: "pepr_gmsa_canary_last_round_timestamp_seconds",
    help: "When the last round ended, in Unix seconds",
  });

  /** Records a finished round. */
  round(results: readonly ProbeResult[], now: Date): void {
    for (const result of results) {
      const { place, probe } = result;
      for (const { outcome, value } of indicatorsOf(result)) {
        this.#state.set({ place, expected: probe.expect, gmsa: gmsaOf(probe), outcome }, value);
      }
    }
    this.#rounds.inc();
    this.#refusals.inc(results.filter(isCountedAsRefused).length);
    this.#lastRound.set(now.getTime() / 1000);
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
