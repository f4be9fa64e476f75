/** Pure: what becomes of GMSA Pods now, as far as the checks of the installation tell. */
import type { Effect, Observed } from "./report/check";
import type { CheckReport } from "./report/examine";

export interface Guard {
  /** "judged": by the rules, each Pod by itself. */
  outcome: "judged" | "refused" | "unchecked" | "unknown";
  /** What was observed that has it so; "" where Pods are judged. */
  why: string;
}

/** One answer from all that was observed, the most dangerous first. */
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
