/** Pure: what currently happens to GMSA Pods, as far as the checks of the installation show it. */
import type { Effect, Observed } from "./report/check";
import type { CheckReport } from "./report/examine";

export interface Guard {
  /** "judged": the rules decide on each Pod. */
  outcome: "judged" | "refused" | "unchecked" | "unknown";
  /** The cause of this outcome, from one observation; "" if Pods are judged. */
  why: string;
}

/** Derives one answer from all observations. The most dangerous outcome takes precedence. */
export function guardOf(checks: readonly CheckReport[]): Guard {
  const observed = checks.flatMap(check => check.observed);
  const because = (...effects: Effect[]): Observed | undefined =>
    observed.find(({ effect }) => effect !== undefined && effects.includes(effect));
  // Objects such as a missing Secret show what happens after a restart; the canary shows what happens now.
  const unanswered = hasAnswered(checks) ? undefined : because("unanswered");
  const open = because("unchecked") ?? (because("ignored") && unanswered);
  if (open !== undefined) return { outcome: "unchecked", why: causeOf(open) };
  const closed = unanswered ?? because("refused");
  if (closed !== undefined) return { outcome: "refused", why: causeOf(closed) };
  const unclear = because("unknown") ?? unseen(checks);
  return unclear === undefined
    ? { outcome: "judged", why: "" }
    : { outcome: "unknown", why: unclear.message };
}

function causeOf({ cause, message }: Observed): string {
  return cause ?? message;
}

/** Each of these checks can find that GMSA Pods are refused, or are admitted unchecked. */
const DECISIVE = ["webhooks", "match-conditions", "rights", "replicas", "endpoints", "certificate"];
const CANARY = "canary";

/** Whether the canary passed: a Pod that was refused as expected shows that all decisive parts work. */
function hasAnswered(checks: readonly CheckReport[]): boolean {
  return checks.some(({ name, level }) => name === CANARY && level === "pass");
}

/** The first unknown result of a decisive check. Undefined if the canary passed. */
function unseen(checks: readonly CheckReport[]): Observed | undefined {
  if (hasAnswered(checks)) return undefined;
  return checks
    .filter(({ name }) => DECISIVE.includes(name))
    .flatMap(({ observed }) => observed)
    .find(({ level }) => level === "unknown");
}
