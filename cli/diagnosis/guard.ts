/** Pure: what currently happens to GMSA Pods, as far as the checks of the installation show it. */
import type { Effect, Observed } from "./report/check";
import type { CheckReport } from "./report/examine";

export interface Guard {
  /** "judged": the rules decide on each Pod. */
  outcome: "judged" | "refused" | "unchecked" | "unknown";
  /** The observation that causes this outcome; "" if Pods are judged. */
  why: string;
}

/** Derives one answer from all observations. The most dangerous outcome takes precedence. */
export function guardOf(checks: readonly CheckReport[]): Guard {
  const observed = checks.flatMap(check => check.observed);
  const because = (...effects: Effect[]): Observed | undefined =>
    observed.find(({ effect }) => effect !== undefined && effects.includes(effect));
  const unanswered = because("unanswered");
  const open = because("unchecked") ?? (because("ignored") && unanswered);
  if (open !== undefined) return { outcome: "unchecked", why: open.message };
  const closed = unanswered ?? because("refused");
  if (closed !== undefined) return { outcome: "refused", why: closed.message };
  const unclear = because("unknown");
  return unclear === undefined
    ? { outcome: "judged", why: "" }
    : { outcome: "unknown", why: unclear.message };
}
