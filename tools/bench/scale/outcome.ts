/** What the API server made of a Pod. */
import { denialReasonOf } from "../../../rules/admission/causes";
import type { DenialReason } from "../../../rules/problem";
import type { Answered } from "../api-server";
import { versionIn } from "./population";

/** Why a Pod was refused, as far as it depends on the cluster's state. */
export type Refusal = "not authorized" | "no such credspec" | "overtaken";

/** What came of a Pod. */
export type Outcome =
  /** The version of the contents inlined; undefined if they are not those of any version. */
  | { kind: "admitted"; version: number | undefined }
  | { kind: "refused"; reason: Refusal }
  /** Neither: the reason has nothing to do with the Pod. */
  | { kind: "failed"; why: string };

/** The last two are for what changed between Mutate and Validate. */
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

/** Reads the answer to a Pod whose first container names this credspec. */
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
