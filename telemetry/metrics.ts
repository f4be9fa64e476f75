/**
 * The metrics of the controller. Every label has few, fixed values: no metric names a Pod, a namespace,
 * an account or a credential spec, so the number of series does not grow with the cluster.
 *
 * They have a registry of their own, because Pepr's collector supports neither histograms, nor counters
 * with labels, nor gauges.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

import { DENIAL_REASONS } from "../rules/problem";
import type { Denial } from "../rules/admission/denial";
import { CALL_KINDS, type CallKind, type CallObserver } from "../kube/call-observer";

/** The webhook that was called. */
export type Webhook = "mutate" | "validate";
/** `failed`: the check could not be completed, so the Pod is refused. */
type Outcome = "admitted" | "refused" | "failed";
/** The objects that are checked before a Pod is created. */
export type EarlyObject = "credspec" | "deletion" | "workload";
/** `failed`: the check could not be completed, and the request was approved. */
export type EarlyOutcome = "silent" | "warned" | "refused" | "failed";

/** In seconds. The API server waits 10 seconds for a webhook. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const OUTCOMES: Readonly<Record<Webhook, readonly Outcome[]>> = {
  // Mutate never refuses.
  mutate: ["admitted", "failed"],
  validate: ["admitted", "refused", "failed"],
};
const OPERATIONS = ["create", "update"] as const;
const EARLY_OUTCOMES: Readonly<Record<EarlyObject, readonly EarlyOutcome[]>> = {
  credspec: ["silent", "warned", "refused", "failed"],
  // These are never refused.
  deletion: ["silent", "warned", "failed"],
  workload: ["silent", "warned", "failed"],
};
const CALL_RESULTS: Readonly<Record<CallKind, readonly string[]>> = {
  credspec: ["found", "absent", "no credspec key", "failed"],
  subjectaccessreview: ["allowed", "denied", "failed"],
  // Lists of users of credential specs, if counting is enabled.
  list: ["listed", "failed"],
  namespace: ["found", "absent", "failed"],
};

/** The metrics of one process. */
export class Metrics implements CallObserver {
  readonly #registry = new Registry();
  readonly #options = { registers: [this.#registry] };
  readonly #admissions = new Counter({
    ...this.#options,
    name: "pepr_gmsa_admissions_total",
    help: "Admission requests answered, by webhook, operation and outcome",
    labelNames: ["webhook", "operation", "outcome"],
  });
  readonly #denials = new Counter({
    ...this.#options,
    name: "pepr_gmsa_denials_total",
    help: "Reasons of refused requests; one request can have several",
    labelNames: ["reason"],
  });
  readonly #durations = new Histogram({
    ...this.#options,
    name: "pepr_gmsa_admission_duration_seconds",
    help: "Duration of the rules for a request, with their calls to the API server, without HTTP and JSON",
    labelNames: ["webhook"],
    buckets: BUCKETS,
  });
  readonly #early = new Counter({
    ...this.#options,
    name: "pepr_gmsa_early_reviews_total",
    help: "Credential specs and workloads checked when they were written or deleted, by outcome",
    labelNames: ["object", "outcome"],
  });
  readonly #calls = new Counter({
    ...this.#options,
    name: "pepr_gmsa_api_calls_total",
    help: "Calls to the API server during admission, by kind and result; a call that was repeated after a broken connection counts once",
    labelNames: ["kind", "result"],
  });
  readonly #callDurations = new Histogram({
    ...this.#options,
    name: "pepr_gmsa_api_call_duration_seconds",
    help: "Duration of calls to the API server, by kind",
    labelNames: ["kind"],
    buckets: BUCKETS,
  });
  readonly #cacheHits = new Counter({
    ...this.#options,
    name: "pepr_gmsa_cache_hits_total",
    help: "Questions answered without a separate API call, by kind: the answer was less than a second old, or on its way",
    labelNames: ["kind"],
  });
  readonly #certificateExpiry = new Gauge({
    ...this.#options,
    name: "pepr_gmsa_certificate_expiry_timestamp_seconds",
    help: "When the served certificate expires, in Unix seconds",
  });
  readonly #buildInfo = new Gauge({
    ...this.#options,
    name: "pepr_gmsa_build_info",
    help: "Always 1; the labels show the running versions",
    labelNames: ["version", "pepr", "node"],
  });

  constructor() {
    this.#beginAtZero();
  }

  /**
   * Starts the timer for a request.
   *
   * @param operation as in the AdmissionRequest: CREATE or UPDATE.
   * @returns a function to call with the result: the denials, or "failed".
   */
  admission(webhook: Webhook, operation: string): (result: readonly Denial[] | "failed") => void {
    const start = performance.now();
    return result => {
      const outcome = outcomeOf(result);
      this.#durations.observe({ webhook }, secondsSince(start));
      this.#admissions.inc({ webhook, operation: operation.toLowerCase(), outcome });
      if (result !== "failed") {
        for (const { reason } of result) {
          this.#denials.inc({ reason });
        }
      }
    };
  }

  /** Records the check of a credential spec or a workload. */
  earlyReview(object: EarlyObject, outcome: EarlyOutcome): void {
    this.#early.inc({ object, outcome });
  }

  called(kind: CallKind, result: string, milliseconds: number): void {
    this.#calls.inc({ kind, result });
    this.#callDurations.observe({ kind }, milliseconds / 1000);
  }

  answeredFromMemory(kind: CallKind): void {
    this.#cacheHits.inc({ kind });
  }

  /** Records that another certificate is served. */
  certificate(notAfter: Date): void {
    this.#certificateExpiry.set(notAfter.getTime() / 1000);
  }

  /** Adds prom-client's metrics of the process: CPU, memory, event loop, garbage collection. */
  ofProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Records the running versions. */
  build(info: { version: string; pepr: string; node: string }): void {
    this.#buildInfo.set(info, 1);
  }

  /** Returns all metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /**
   * Initialises all counters with zero. A series that first appears with its first event does not show
   * an increase, so it could not raise an alert.
   */
  #beginAtZero(): void {
    for (const webhook of Object.keys(OUTCOMES) as Webhook[]) {
      this.#durations.zero({ webhook });
      for (const operation of OPERATIONS) {
        for (const outcome of OUTCOMES[webhook]) {
          this.#admissions.inc({ webhook, operation, outcome }, 0);
        }
      }
    }
    for (const object of Object.keys(EARLY_OUTCOMES) as EarlyObject[]) {
      for (const outcome of EARLY_OUTCOMES[object]) {
        this.#early.inc({ object, outcome }, 0);
      }
    }
    for (const reason of DENIAL_REASONS) {
      this.#denials.inc({ reason }, 0);
    }
    for (const kind of CALL_KINDS) {
      this.#cacheHits.inc({ kind }, 0);
      this.#callDurations.zero({ kind });
      for (const result of CALL_RESULTS[kind]) {
        this.#calls.inc({ kind, result }, 0);
      }
    }
  }
}

/** The metrics of this process. */
export const metrics = new Metrics();

function outcomeOf(result: readonly Denial[] | "failed"): Outcome {
  if (result === "failed") return "failed";
  if (result.length === 0) return "admitted";
  return result.every(({ reason }) => reason === "cluster failed") ? "failed" : "refused";
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
