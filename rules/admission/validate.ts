/**
 * Validate: which rules a Pod breaks.
 *
 * | rule | restricted fields | allowed values |
 * | --- | --- | --- |
 * | settings never change | windowsOptions of places that existed | what they were |
 * | contents need a name | gmsaCredentialSpec | none where gmsaCredentialSpecName is empty |
 * | names are few | gmsaCredentialSpecName | 32 distinct ones in one request |
 * | names are granted | gmsaCredentialSpecName | credspecs that the Pod's service account may `use` |
 * | names exist | gmsaCredentialSpecName | credspecs with a `credspec` key |
 * | contents are the named ones | gmsaCredentialSpec | equal, as JSON, to the named credspec; never empty beside a name |
 *
 * Every place is checked by itself, whether or not a container overrides the Pod.
 *
 * Source: KEP-689 and the behaviour of kubernetes-sigs/windows-gmsa.
 */
import type { CredspecLookup, ServiceAccount, UseDecision } from "../credspec/cluster";
import { compareContents, type Credspec } from "../credspec/contents";
import {
  MOST_CONTENTS,
  MOST_CREDSPECS,
  groupBy,
  namesToAsk,
  referencesAmong,
} from "../pod/references";
import * as denial from "./denial";
import type { Denial } from "./denial";
import { isObjectName } from "../object";
import { changedPlacesOf, newPlacesOf } from "../pod/change";
import type { GmsaPlace, PodLike } from "../pod/windows-options";

/** What the cluster said of one credspec that the Pod names. */
export interface CredspecState {
  use: UseDecision;
  credspec: CredspecLookup;
}

/** A Pod as it is to be validated. */
export interface PodReview {
  pod: PodLike;
  /** The Pod before, on an update. */
  oldPod?: PodLike;
  serviceAccount: ServiceAccount;
}

/** Distinct credspecs that the request brings into the Pod and that the cluster is to be asked about. */
export function namesToCheck({ pod, oldPod }: PodReview): string[] {
  return namesToAsk(newPlacesOf(pod, oldPod));
}

/**
 * Every rule that the request breaks; none means that it may pass.
 *
 * @param answers for each of namesToCheck. An account without `use` is told no more than that:
 *   not whether the credspec exists, nor what is in it.
 */
export function validate(review: PodReview, answers: ReadonlyMap<string, CredspecState>): Denial[] {
  const { pod, oldPod } = review;
  const denials: Denial[] = [];
  const changes = oldPod === undefined ? [] : changedPlacesOf(pod, oldPod);
  if (changes.length > 0) {
    denials.push(denial.settingsChanged(changes));
  }
  const places = newPlacesOf(pod, oldPod);
  const references = referencesAmong(places);
  denials.push(...denialsAnywhere(places, references));
  if (references.size > MOST_CREDSPECS) return denials;
  for (const [name, referring] of references) {
    denials.push(
      ...referenceDenials(review.serviceAccount, name, referring, answers.get(name) ?? UNASKED),
    );
  }
  return denials;
}

/** What is refused whatever is in the cluster. @param references those of the places. */
export function denialsAnywhere(
  places: readonly GmsaPlace[],
  references = referencesAmong(places),
): Denial[] {
  const unnamed = places.filter(({ credspecName }) => credspecName === "");
  return [
    ...(unnamed.length > 0 ? [denial.contentsWithoutName(unnamed)] : []),
    ...(references.size > MOST_CREDSPECS
      ? [denial.tooManyCredspecs(references, MOST_CREDSPECS)]
      : []),
  ];
}

const NO_ANSWER = { outcome: "failed", why: "the cluster was not asked" } as const;
const UNASKED: CredspecState = { use: NO_ANSWER, credspec: NO_ANSWER };

function referenceDenials(
  account: ServiceAccount,
  name: string,
  places: GmsaPlace[],
  answers: CredspecState,
): Denial[] {
  if (!isObjectName(name)) return [denial.noSuchCredspec(name, places)];
  const { use, credspec } = answers;
  switch (use.outcome) {
    case "denied":
      return [denial.notAuthorized(account, name, places, use.reason)];
    case "failed":
      return [denial.useUnknown(account, name, places, use.why)];
    case "allowed":
      return credspecDenials(name, places, credspec);
  }
}

function credspecDenials(name: string, places: GmsaPlace[], answer: CredspecLookup): Denial[] {
  switch (answer.outcome) {
    case "found":
      return contentsDenials(name, places, answer.credspec);
    case "absent":
      return [denial.noSuchCredspec(name, places)];
    case "no credspec key":
      return [denial.noCredspecKey(name, places)];
    case "failed":
      return [denial.credspecUnknown(name, places, answer.why)];
  }
}

function contentsDenials(name: string, places: GmsaPlace[], credspec: Credspec): Denial[] {
  const verdicts = groupBy(places, ({ contents }) =>
    contents === "" ? "missing" : compareContents(contents, credspec),
  );
  return [...verdicts].flatMap(([verdict, offending]) => {
    switch (verdict) {
      case "equal":
        return [];
      case "missing":
        return offending.length * credspec.contents.length > MOST_CONTENTS
          ? [denial.contentsTooLarge(name, offending)]
          : [denial.contentsNotInlined(name, offending)];
      case "different":
        return [denial.contentsDiffer(name, offending)];
      case "not JSON":
      case "not an object":
      case "duplicate keys":
        return [denial.contentsMalformed(name, offending, verdict)];
    }
  });
}
