/**
 * Judges writes of credential specs: an error that Windows cannot work with is refused, and a probable
 * mistake is a warning.
 *
 * A new rule does not lock existing objects. An error that the object had before the update is a
 * warning, as in the ratcheting of CRD validation (KEP-4008).
 */
import { checkCredspec } from "../credspec/checks/check-credspec";
import { keysOf } from "../credspec/checks/fields";
import { credspecSentence, type CredspecProblem } from "../problem";
import { sentencesWithin } from "../text";
import { MOST_OF_REFUSAL } from "./causes";

/** The part of a GMSACredentialSpec that is checked. */
export interface CredspecObject {
  credspec?: unknown;
}

/** The verdict on a write. */
export interface CredspecVerdict {
  /** Errors that the write introduces. If there are none, it is allowed. */
  refusals: CredspecProblem[];
  /** Warnings, and errors that the object already had. */
  warnings: CredspecProblem[];
}

/**
 * Judges a write.
 *
 * @param before the object before the update; undefined on creation.
 */
export function judgeCredspec(object: CredspecObject, before?: CredspecObject): CredspecVerdict {
  const findings = checkCredspec(object.credspec);
  const known = new Set(before === undefined ? [] : checkCredspec(before.credspec).map(identity));
  const refusals = findings.filter(
    finding => finding.level === "error" && !known.has(identity(finding)),
  );
  return { refusals, warnings: findings.filter(finding => !refusals.includes(finding)) };
}

/** Renders a refusal that lists every error. */
export function describeRefusal(refusals: CredspecProblem[]): string {
  const sentences = ["Windows cannot use this credential spec:", ...refusals.map(credspecSentence)];
  return sentencesWithin(sentences, { separator: "\n- ", bytes: MOST_OF_REFUSAL });
}

/**
 * Identifies an error independently of its position in a list, because entries before it may be added or
 * removed.
 */
function identity({ places, problem, remedy }: CredspecProblem): string {
  return JSON.stringify([places.map(({ path }) => keysOf(path)), problem, remedy]);
}
