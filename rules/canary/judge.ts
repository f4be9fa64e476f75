/** Judges the API server's answer to a trial. */
import { denialReasonOf, type StatusCause } from "../admission/causes";
import type { DenialReason } from "../problem";
import { gmsaPlacesOf, type PodLike } from "../pod/windows-options";
import type { TrialAnswer, Verdict } from "./answer";
import { failedCallIn } from "./call-failure";
import { obstacleOf } from "./obstacle";
import type { Trial } from "./trial";

/** The names that the API server gives in a refusal by the webhook or the policy. */
export const WEBHOOK = "pepr-gmsa.pepr.dev";
export const POLICY = "gmsa-excluded-namespaces";

/**
 * Matches the webhooks of both configurations. Where an old cainjector has removed the match conditions,
 * the API server also calls the webhooks for early warnings for Pods, and they give the same answer.
 */
const DENIED =
  /^admission webhook "(?:credspecs\.|workloads\.)?pepr-gmsa\.pepr\.dev" denied the request(?:: ?)?/;
const POLICY_DENIED = `ValidatingAdmissionPolicy '${POLICY}'`;
/** What follows the places of a refusal since the cluster failed: what the API server answered. */
const CAUSE = /\): (.+?)\. No Pod is admitted unchecked/s;
const POLICY_SILENT: Verdict = { outcome: "unchecked", reason: "policy silent" };

/** Returns the verdict on an answer. */
export function judge(trial: Trial, answer: TrialAnswer): Verdict {
  switch (answer.outcome) {
    case "admitted":
      return judgePod(trial, answer.pod);
    case "failed":
      return { outcome: "unknown", reason: "no answer", who: "", why: answer.why };
    case "refused":
      return judgeRefusal(trial, answer);
  }
}

function judgePod({ expect, credspec }: Trial, pod: PodLike): Verdict {
  if (expect === "refused") {
    const reason = credspec === undefined ? "admitted" : "contents missing";
    return { outcome: "unchecked", reason };
  }
  if (credspec === undefined) return { outcome: "passed", reason: "admitted" };
  const places = gmsaPlacesOf(pod);
  return places.length > 0 && places.every(({ contents }) => contents !== "")
    ? { outcome: "passed", reason: "filled in" }
    : { outcome: "unchecked", reason: "contents missing" };
}

type Refusal = Extract<TrialAnswer, { outcome: "refused" }>;

function judgeRefusal(trial: Trial, { message, causes }: Refusal): Verdict {
  if (DENIED.test(message)) return judgeDenial(trial, message, causes);
  if (message.includes(POLICY_DENIED)) return judgePolicy(trial, message);
  const call = failedCallIn(message);
  if (call?.webhook === WEBHOOK) {
    // The API server evaluates the policy before it calls webhooks, so the policy would have refused
    // first.
    if (trial.expect === "refused" && trial.by === "policy") return POLICY_SILENT;
    return { outcome: "unreachable", ...call.failure };
  }
  return { outcome: "unknown", ...obstacleOf(message), why: message };
}

function judgeDenial(trial: Trial, message: string, causes: readonly StatusCause[]): Verdict {
  const denials = causes.flatMap(cause => denialReasonOf(cause) ?? []);
  if (trial.expect === "refused" && denials.some(denial => expectedOf(trial).includes(denial))) {
    return trial.by === "policy"
      ? POLICY_SILENT
      : { outcome: "passed", reason: "refused by the webhook" };
  }
  const why = message.replace(DENIED, "").trimStart();
  if (denials.includes("cluster failed")) {
    return { outcome: "refused", reason: "cannot ask", why: CAUSE.exec(why)?.[1] ?? why };
  }
  return { outcome: "refused", reason: "webhook", denials: [...new Set(denials)], why };
}

/** For what a Pod that must be refused may be: of a name that nobody has, nobody has a grant either. */
function expectedOf({ credspec }: Trial): readonly DenialReason[] {
  return credspec === undefined
    ? ["contents without name"]
    : ["not authorized", "no such credspec"];
}

function judgePolicy({ expect, by }: Trial, message: string): Verdict {
  return expect === "refused" && by !== "webhook"
    ? { outcome: "passed", reason: "refused by the policy" }
    : { outcome: "refused", reason: "policy", why: message };
}
