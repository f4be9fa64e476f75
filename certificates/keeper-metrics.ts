/** The metrics of the certificate controller. */
import { Counter, Gauge, Registry } from "prom-client";

import type { Outcome } from "./pace";

const OUTCOMES: readonly Outcome[] = ["changed", "quiet", "unchanged", "failed"];

/** A separate registry, with few and fixed names and labels. */
export class KeeperMetrics {
  readonly #registry = new Registry();
  readonly #options = { registers: [this.#registry] };
  readonly rotations = new Counter({
    ...this.#options,
    name: "pepr_gmsa_certificate_rotations_total",
    help: "Certificates that the certificate controller has created and stored",
  });
  readonly stopped = new Gauge({
    ...this.#options,
    name: "pepr_gmsa_certificate_rotation_stopped",
    help: "1 while a rotation is due and a limit stops it",
  });
  readonly steps = new Counter({
    ...this.#options,
    name: "pepr_gmsa_certificate_steps_total",
    help: "Checks of the installation, by outcome",
    labelNames: ["outcome"],
  });

  constructor() {
    for (const outcome of OUTCOMES) this.steps.inc({ outcome }, 0);
  }

  /** Returns all metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
