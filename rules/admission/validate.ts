/**
 * Validate: finds the rules that a Pod breaks.
 *
 * | rule | restricted fields | allowed values |
 * | --- | --- | --- |
 * | settings never change | windowsOptions of existing places | the values before the update |
 * | contents need a name | gmsaCredentialSpec | none if gmsaCredentialSpecName is empty |
 * | names are few | gmsaCredentialSpecName | 32 distinct ones in one request |
 * | names are granted | gmsaCredentialSpecName | credential specs that the Pod's service account may `use` |
 * | names exist | gmsaCredentialSpecName | credential specs with a `credspec` key |
 * | contents are the named ones | gmsaCredentialSpec | equal, as JSON, to the named one; not empty if named |
 *
 * Every place is checked on its own, whether or not a container overrides the Pod.
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

/** The cluster's answers about one credential spec that the Pod names. */
export interface CredspecState {
  use: UseDecision;
  credspec: CredspecLookup;
}

/** A Pod to validate. */
export interface PodReview {
  pod: PodLike;
  /** The Pod before the update; undefined on creation. */
  oldPod?: PodLike;
  serviceAccount: ServiceAccount;
}

/** Returns the distinct credential specs that the request adds to the Pod, to ask the cluster for. */
export function namesToCheck({ pod, oldPod }: PodReview): string[] {
  return namesToAsk(newPlacesOf(pod, oldPod));
}

/**
 * Returns a denial for every rule that the request breaks. If there are none, it is allowed.
 *
 * @param answers for each name of namesToCheck. If the account may not `use` a credential spec, the
 *   denial does not reveal whether it exists or what it contains.
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

/**
 * Returns the denials that do not depend on the cluster.
 * @param references the credential specs that the places name.
 */
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
      return [denial.useUnknown(account, name, places, use)];
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
      return [denial.credspecUnknown(name, places, answer)];
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
