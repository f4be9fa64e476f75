/**
 * What is said when a credspec is written: what Windows cannot work with is refused, and what is
 * hardly what was meant is pointed out.
 *
 * Rules that are newer than an object do not lock it: an error that was there before is pointed out,
 * not refused, as with the ratcheting of CRD validation (KEP-4008).
 */
import { checkCredspec } from "../credspec/checks/check-credspec";
import { keysOf } from "../credspec/checks/fields";
import { credspecSentence, type CredspecProblem } from "../problem";
import { sentencesWithin } from "../text";
import { MOST_OF_REFUSAL } from "./causes";

/** A GMSACredentialSpec, as far as its contents go. */
export interface CredspecObject {
  credspec?: unknown;
}

/** What is to be said of a write. */
export interface CredspecVerdict {
  /** Errors that the write brings; none means that it may pass. */
  refusals: CredspecProblem[];
  /** Warnings, and errors that were there before. */
  warnings: CredspecProblem[];
}

/**
 * Judges a write.
 *
 * @param before the object before, on an update.
 */
export function judgeCredspec(object: CredspecObject, before?: CredspecObject): CredspecVerdict {
  const findings = checkCredspec(object.credspec);
  const known = new Set(before === undefined ? [] : checkCredspec(before.credspec).map(identity));
  const refusals = findings.filter(
    finding => finding.level === "error" && !known.has(identity(finding)),
  );
  return { refusals, warnings: findings.filter(finding => !refusals.includes(finding)) };
}

/** A refusal that lists every error. */
export function describeRefusal(refusals: CredspecProblem[]): string {
  const sentences = ["Windows cannot use this credential spec:", ...refusals.map(credspecSentence)];
  return sentencesWithin(sentences, { separator: "\n- ", bytes: MOST_OF_REFUSAL });
}

/** Tells an error from others, wherever in a list it is: entries before it may come and go. */
function identity({ places, problem, remedy }: CredspecProblem): string {
  return JSON.stringify([places.map(({ path }) => keysOf(path)), problem, remedy]);
}
