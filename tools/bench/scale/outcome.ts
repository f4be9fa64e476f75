/** What the API server made of a Pod. */
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

/** The module's own sentences; the last two are for what changed between Mutate and Validate. */
const REFUSALS: readonly [RegExp, Refusal][] = [
  [/is not authorized to `use` GMSA cred spec/, "not authorized"],
  [/^.{0,90}cred spec \S+ does not exist/, "no such credspec"],
  [/GMSA cred spec contents for .* does not match the contents/, "overtaken"],
  [/GMSA cred spec contents for .* were not filled in/, "overtaken"],
];

interface PodOrStatus {
  message?: string;
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
  return status === 201 ? admitted(answer, credspec) : refused(answer.message ?? text, status);
}

function admitted({ spec }: PodOrStatus, credspec: number): Outcome {
  const contents = spec?.containers[0]?.securityContext?.windowsOptions?.gmsaCredentialSpec;
  return { kind: "admitted", version: versionIn(contents ?? "", credspec) };
}

function refused(message: string, status: number): Outcome {
  const reason = message.includes("denied the request")
    ? REFUSALS.find(([sentence]) => sentence.test(message))?.[1]
    : undefined;
  return reason
    ? { kind: "refused", reason }
    : { kind: "failed", why: `HTTP ${status}: ${message}` };
}
