/** What a check is: a pure function of the installation's state. */
import type { InstallationState } from "../../inspect/state";

/** From good to bad, except for the last two: it could not be found out, or is not about this cluster. */
export type Level = "pass" | "warn" | "fail" | "unknown" | "skip";

/**
 * What becomes of GMSA Pods: the API server gets no answer for them, they are refused, they are admitted
 * unchecked, or nobody knows. "ignored" has them admitted unchecked where there is no answer.
 */
export type Effect = "unanswered" | "refused" | "unchecked" | "unknown" | "ignored";

/** Something that a check saw. */
export interface Observed {
  level: Level;
  /** Names the object and says what was found, without a full stop. */
  message: string;
  /** What to do, as a sentence; always there with "warn" and "fail". */
  remedy?: string;
  /** What becomes of GMSA Pods because of it; left out where it changes nothing for them now. */
  effect?: Effect;
}

/** One thing that has to be right. */
export interface Check {
  /** As users name it: `--check nodes-build`. */
  name: string;
  /** What it looks at, for the list of checks. */
  title: string;
  needs: readonly (keyof InstallationState)[];
  /** @param state the parts that it needs; others may be missing. */
  judge(state: InstallationState): Observed[];
}

/** A check whose rule sees no other parts of the state than those that it says it needs. */
export function check<Needed extends keyof InstallationState>(definition: {
  name: string;
  title: string;
  needs: readonly Needed[];
  judge(state: Pick<InstallationState, Needed>): Observed[];
}): Check {
  return definition;
}

export function pass(message: string): Observed {
  return { level: "pass", message };
}

export function skip(message: string, remedy?: string): Observed {
  return { level: "skip", message, ...(remedy === undefined ? {} : { remedy }) };
}

export function warn(message: string, remedy: string): Observed {
  return { level: "warn", message, remedy };
}

export function fail(message: string, remedy: string, effect?: Effect): Observed {
  return { level: "fail", message, remedy, ...(effect === undefined ? {} : { effect }) };
}

/** What is wrong, or the one thing that is said where nothing is. */
export function unlessWrong(wrong: Observed[], good: string): Observed[] {
  return wrong.length === 0 ? [pass(good)] : wrong;
}

/** What mends an installation that is not as it was shipped. */
export const APPLY =
  "Apply the installation: kubectl apply -k . in the checkout (gmsa explain install), or helm upgrade (gmsa explain helm).";
