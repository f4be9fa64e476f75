/** The metrics of the certificate controller, and where Prometheus reads them. */
import { createServer } from "node:http";
import { Counter, Gauge, Registry } from "prom-client";
import type { Logger } from "pino";

import type { Outcome } from "./pace";

/** As in deploy/certificates/deployment.yaml. Plain HTTP: there is nothing secret in it. */
export const METRICS_PORT = 3000;

const OUTCOMES: readonly Outcome[] = ["changed", "quiet", "unchanged", "failed"];

/** A registry of its own, whose names and labels are few and fixed. */
export class KeeperMetrics {
  readonly #registry = new Registry();
  readonly #options = { registers: [this.#registry] };
  readonly rotations = new Counter({
    ...this.#options,
    name: "pepr_gmsa_certificate_rotations_total",
    help: "Certificates that the certificate controller has made and stored",
  });
  readonly stopped = new Gauge({
    ...this.#options,
    name: "pepr_gmsa_certificate_rotation_stopped",
    help: "1 while a rotation is due and a limit stops it",
  });
  readonly steps = new Counter({
    ...this.#options,
    name: "pepr_gmsa_certificate_steps_total",
    help: "Looks at the installation, by what came of them",
    labelNames: ["outcome"],
  });

  constructor() {
    for (const outcome of OUTCOMES) this.steps.inc({ outcome }, 0);
  }

  /** All of them, in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** Answers GET /metrics, and nothing else. */
export function serveMetrics(metrics: KeeperMetrics, log: Logger): void {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    void metrics.text().then(text => {
      response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" }).end(text);
    });
  });
  server.on("error", ({ message }) => {
    // Certificates matter more: they are kept all the same.
    log.warn({ why: message }, "The metrics are not served");
  });
  server.listen(METRICS_PORT);
}
