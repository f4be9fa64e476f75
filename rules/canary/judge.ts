/** Judges the API server's answer to a probe. */
import { clusterFailureIn, denialReasonOf, type StatusCause } from "../admission/causes";
import type { DenialReason } from "../problem";
import { gmsaPlacesOf, type PodLike } from "../pod/windows-options";
import type { CreateAnswer, Verdict } from "./probe-answer";
import { failedCallIn } from "./call-failure";
import { obstacleOf } from "./obstacle";
import type { Probe } from "./probe";

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
const POLICY_SILENT: Verdict = { outcome: "unchecked", reason: "policy silent" };

/** Returns the verdict on an answer. */
export function judge(probe: Probe, answer: CreateAnswer): Verdict {
  switch (answer.outcome) {
    case "admitted":
      return judgePod(probe, answer.pod);
    case "failed":
      return { outcome: "unknown", reason: "no answer", who: "", why: answer.why };
    case "refused":
      return judgeRefusal(probe, answer);
  }
}

function judgePod({ expect, credspec }: Probe, pod: PodLike): Verdict {
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

type Refusal = Extract<CreateAnswer, { outcome: "refused" }>;

function judgeRefusal(probe: Probe, { message, causes }: Refusal): Verdict {
  if (DENIED.test(message)) return judgeDenial(probe, message, causes);
  if (message.includes(POLICY_DENIED)) return judgePolicy(probe, message);
  const call = failedCallIn(message);
  if (call?.webhook === WEBHOOK) {
    // The API server evaluates the policy before it calls webhooks, so the policy would have refused
    // first.
    if (probe.expect === "refused" && probe.by === "policy") return POLICY_SILENT;
    return { outcome: "unreachable", ...call.failure };
  }
  return { outcome: "unknown", ...obstacleOf(message), why: message };
}

function judgeDenial(probe: Probe, message: string, causes: readonly StatusCause[]): Verdict {
  const denials = causes.flatMap(cause => denialReasonOf(cause) ?? []);
  if (probe.expect === "refused" && denials.some(denial => expectedOf(probe).includes(denial))) {
    return probe.by === "policy"
      ? POLICY_SILENT
      : { outcome: "passed", reason: "refused by the webhook" };
  }
  const why = message.replace(DENIED, "").trimStart();
  if (denials.includes("cluster failed")) {
    return { outcome: "refused", reason: "cannot ask", why, ...clusterFailureIn(causes) };
  }
  return { outcome: "refused", reason: "webhook", denials: [...new Set(denials)], why };
}

/**
 * The expected reasons for a refusal. If the credential spec does not exist, there is no grant for it
 * either, so both reasons are expected.
 */
function expectedOf({ credspec }: Probe): readonly DenialReason[] {
  return credspec === undefined
    ? ["contents without name"]
    : ["not authorized", "no such credspec"];
}

function judgePolicy({ expect, by }: Probe, message: string): Verdict {
  return expect === "refused" && by !== "webhook"
    ? { outcome: "passed", reason: "refused by the policy" }
    : { outcome: "refused", reason: "policy", why: message };
}
