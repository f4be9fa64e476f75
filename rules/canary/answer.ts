/** What came of a trial, as a value. */
import type { StatusCause } from "../admission/causes";
import type { PodLike } from "../pod/windows-options";
import type { DenialReason } from "../problem";

/** What the API server answered to the dry run. */
export type TrialAnswer =
  | { outcome: "admitted"; pod: PodLike }
  /** A meta/v1 Status. */
  | { outcome: "refused"; code: number; message: string; causes: readonly StatusCause[] }
  /** No answer, or one that is not a Status; `why` is a clause. */
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

/** Who else may refuse a Pod, or what else is in the way. */
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
  "policy",
  "invalid",
  "other",
] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** What came of a trial as it must. */
export type Passed = "refused by the webhook" | "refused by the policy" | "admitted" | "filled in";

/** What a trial has shown. */
export type Verdict =
  | { outcome: "passed"; reason: Passed }
  /** GMSA gets in without a check, here or where the policy has to refuse it. */
  | { outcome: "unchecked"; reason: "admitted" | "contents missing" | "policy silent" }
  /** Refused by us, which must not be, or not for this reason. */
  | { outcome: "refused"; reason: "webhook"; denials: readonly DenialReason[]; why: string }
  | { outcome: "refused"; reason: "policy"; why: string }
  /** The webhook gets no answer from the API server, and so refuses every Pod that names a credential spec. */
  | { outcome: "refused"; reason: "cannot ask"; why: string }
  /** The webhook cannot be called: GMSA Pods are refused. */
  | ({ outcome: "unreachable"; reason: CallFailure } & CallFacts)
  /** Something else was in the way: nothing was shown. `who` is its name, where it has one. */
  | { outcome: "unknown"; reason: Obstacle; who: string; why: string };

/** The outcomes, from good to unknown. */
export const OUTCOMES = ["passed", "unchecked", "refused", "unreachable", "unknown"] as const;

/** What the API server's words say of a call that failed. */
export interface CallFacts {
  /** Its words, without the address of the webhook, whose path is secret. */
  why: string;
  /** Where it connected to, such as "10.96.12.3:443". */
  address?: string;
  /** Names that the certificate is for. */
  names?: string;
}
