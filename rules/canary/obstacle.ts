/**
 * Finds out from the API server's message what else refused a Pod. Such a refusal is not a fault of this
 * project, and the probe is inconclusive.
 */
import type { Obstacle } from "./probe-answer";
import { failedCallIn } from "./call-failure";

/** The first group captures the name of the obstacle. */
const WORDS: readonly [RegExp, Obstacle][] = [
  [/^pods is forbidden: User "([^"]*)" cannot create resource "pods"/, "no right"],
  [/^namespaces "([^"]*)" not found/, "no namespace"],
  [/because it is being terminated/, "namespace ends"],
  [
    /error looking up service account ([^:\s]+)|serviceaccount "([^"]*)" not found/,
    "no service account",
  ],
  [/(?:exceeded|failed|status unknown for) quota: ([^,:]+)/, "quota"],
  [/insufficient quota to match these scopes/, "quota"],
  [/violates PodSecurity "([^"]*)"/, "pod security"],
  [/admission webhook "([^"]*)" denied the request/, "webhook"],
  // Its configuration declares side effects.
  [/admission webhook "([^"]*)" does not support dry run/, "no dry run"],
  [/ValidatingAdmissionPolicy '([^']*)'/, "policy"],
  [/(?:minimum|maximum) \S+ usage per|max limit to request ratio per/, "limit range"],
  [/ is invalid: /, "invalid"],
];

/** Returns the obstacle and its name, which may be empty. */
export function obstacleOf(message: string): { reason: Obstacle; who: string } {
  const call = failedCallIn(message);
  if (call !== undefined) return { reason: "webhook unreachable", who: call.webhook };
  for (const [pattern, reason] of WORDS) {
    const match = pattern.exec(message);
    if (match !== null) return { reason, who: match.slice(1).find(Boolean) ?? "" };
  }
  return { reason: "other", who: "" };
}
