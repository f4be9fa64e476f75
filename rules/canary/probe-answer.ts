/** The answer to a probe and the verdict on it, as values. */
import type { StatusCause } from "../admission/causes";
import type { PodLike } from "../pod/windows-options";
import type { DenialReason } from "../problem";

/** The answer of the API server to the dry run. */
export type CreateAnswer =
  | { outcome: "admitted"; pod: PodLike }
  /** The fields of a meta/v1 Status. */
  | { outcome: "refused"; code: number; message: string; causes: readonly StatusCause[] }
  /** There was no answer, or it was not a Status. `why` is a clause. */
  | { outcome: "failed"; why: string };

/** Why the API server could not call the webhook, or could not use its answer. */
export const CALL_FAILURES = [
  "no service",
  "no endpoint",
  "connection refused",
  "time-out",
  "connection closed",
  "no route",
  "no such host",
  "tunnel",
  "unknown CA",
  "other names",
  "expired",
  "not TLS",
  "client certificate",
  "TLS",
  "wrong path",
  "foreign answer",
  "other",
] as const;
export type CallFailure = (typeof CALL_FAILURES)[number];

/** What else can refuse a Pod or prevent a probe. */
export const OBSTACLES = [
  "no answer",
  "no right",
  "no namespace",
  "namespace ends",
  "no service account",
  "quota",
  "limit range",
  "pod security",
  "webhook",
  "webhook unreachable",
  "no dry run",
  "policy",
  "invalid",
  "other",
] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** The ways in which a probe passes. */
export type Passed = "refused by the webhook" | "refused by the policy" | "admitted" | "filled in";

/** The result of a probe. */
export type Verdict =
  | { outcome: "passed"; reason: Passed }
  /** GMSA is admitted without a check, in this namespace or where the policy has to refuse it. */
  | { outcome: "unchecked"; reason: "admitted" | "contents missing" | "policy silent" }
  /** This project refused a Pod that it must admit, or refused it for the wrong reason. */
  | { outcome: "refused"; reason: "webhook"; denials: readonly DenialReason[]; why: string }
  | { outcome: "refused"; reason: "policy"; why: string }
  /**
   * The API server does not answer the webhook's questions, so every Pod that names a credential spec is
   * refused. `code` is the HTTP status of its answer, if there was one and the webhook reports it.
   */
  | { outcome: "refused"; reason: "cannot ask"; why: string; code?: number }
  /** The webhook cannot be called: GMSA Pods are refused. */
  | ({ outcome: "unreachable"; reason: CallFailure } & CallFacts)
  /** Something else prevented the probe, so it is inconclusive. `who` is its name, or empty. */
  | { outcome: "unknown"; reason: Obstacle; who: string; why: string };

/** The outcomes, from good to unknown. */
export const OUTCOMES = ["passed", "unchecked", "refused", "unreachable", "unknown"] as const;

/** Facts from the API server's message about a failed call. */
export interface CallFacts {
  /** The API server's message without the URL of the webhook, whose path is secret. */
  why: string;
  /** The address that it connected to, such as "10.96.12.3:443". */
  address?: string;
  /** The names in the certificate. */
  names?: string;
}
