/** A check is a pure function of the installation's state. */
import type { Unread } from "../../api/calls";
import type { InstallationState } from "../../inspect/state";

/**
 * From good to bad, then two special ones: "unknown" could not be found out, "skip" does not apply to this
 * cluster.
 */
export type Level = "pass" | "warn" | "fail" | "unknown" | "skip";

/**
 * What happens to GMSA Pods: the API server gets no answer for them, they are refused, they are admitted
 * unchecked, or it is not known. "ignored" means that they are admitted unchecked when there is no answer.
 */
export type Effect = "unanswered" | "refused" | "unchecked" | "unknown" | "ignored";

/** One observation of a check. */
export interface Observed {
  level: Level;
  /** Names the object and the finding, without a full stop. */
  message: string;
  /** What to do, as a sentence. Always set for "warn" and "fail". */
  remedy?: string;
  /** What happens to GMSA Pods because of it. Omitted if it changes nothing for them now. */
  effect?: Effect;
  /** The message without the effect, where it contains that. */
  cause?: string;
  /** Set if the user lacks the right to read what the check needs. */
  isForbidden?: true;
}

/** One requirement to check. */
export interface Check {
  /** The name for users, as in `--check nodes-build`. */
  name: string;
  /** What it checks, for the list of checks. */
  title: string;
  needs: readonly (keyof InstallationState)[];
  /** @param state the parts in `needs`. Other parts may be missing. */
  judge(state: InstallationState): Observed[];
}

/** Defines a check. Its rule can access only the parts of the state that it lists in `needs`. */
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

/** A problem that causes GMSA Pods to be refused. The message includes that consequence. */
export function refusing(
  cause: string,
  remedy: string,
  effect: Extract<Effect, "unanswered" | "refused">,
): Observed {
  return { ...fail(`${cause}: GMSA Pods are refused`, remedy, effect), cause };
}

/** The observation of a check that could not read its data. */
export function unread({ why, isForbidden }: Unread): Observed {
  return { level: "unknown", message: why, ...(isForbidden ? { isForbidden } : {}) };
}

/** The problems, or one message if there are none. */
export function unlessWrong(wrong: Observed[], good: string): Observed[] {
  return wrong.length === 0 ? [pass(good)] : wrong;
}

/** The command that opens one object in an editor, in backticks. */
export function editCommand({
  kind,
  name,
  namespace,
}: {
  kind: string;
  name: string;
  namespace?: string | undefined;
}): string {
  const where = namespace === undefined ? "" : ` -n ${namespace}`;
  return `\`kubectl edit ${kind.toLowerCase()} ${name}${where}\``;
}

/** The remedy for an installation that differs from the shipped one. */
export const APPLY =
  "Apply the installation: `kubectl apply -k .` in the checkout (`gmsa explain install`), or `helm upgrade` (`gmsa explain helm`).";
