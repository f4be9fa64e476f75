/** Interprets the API server's response to a Pod. */
import { denialReasonOf } from "../../../rules/admission/causes";
import type { DenialReason } from "../../../rules/problem";
import type { Answered } from "../api-server";
import { versionIn } from "./population";

/** Reason for a refusal, if it depends on the cluster's state. */
export type Refusal = "not authorized" | "no such credspec" | "overtaken";

/** The result of creating a Pod. */
export type Outcome =
  /** The version of the inlined contents; undefined if they match no version. */
  | { kind: "admitted"; version: number | undefined }
  | { kind: "refused"; reason: Refusal }
  /** Neither admitted nor refused: the reason has nothing to do with the Pod. */
  | { kind: "failed"; why: string };

/** The last two occur when something changes between Mutate and Validate. */
const REFUSALS: Partial<Record<DenialReason, Refusal>> = {
  "not authorized": "not authorized",
  "no such credspec": "no such credspec",
  "contents differ": "overtaken",
  "contents not inlined": "overtaken",
};

interface PodOrStatus {
  message?: string;
  details?: { causes?: { reason?: string }[] };
  spec?: {
    containers: { securityContext?: { windowsOptions?: { gmsaCredentialSpec?: string } } }[];
  };
}

/** Reads the response to a Pod whose first container names this credential spec. */
export function outcomeOf({ status, content }: Answered, credspec: number): Outcome {
  const text = content.toString();
  let answer: PodOrStatus;
  try {
    answer = JSON.parse(text) as PodOrStatus;
  } catch {
    return { kind: "failed", why: `HTTP ${status}: ${text}` };
  }
  return status === 201 ? admitted(answer, credspec) : refused(answer, status);
}

function admitted({ spec }: PodOrStatus, credspec: number): Outcome {
  const contents = spec?.containers[0]?.securityContext?.windowsOptions?.gmsaCredentialSpec;
  return { kind: "admitted", version: versionIn(contents ?? "", credspec) };
}

function refused({ message = "", details }: PodOrStatus, status: number): Outcome {
  const { reason = "" } = details?.causes?.[0] ?? {};
  const why = REFUSALS[denialReasonOf({ reason }) ?? "cluster failed"];
  return why === undefined
    ? { kind: "failed", why: `HTTP ${status}: ${message}` }
    : { kind: "refused", reason: why };
}
