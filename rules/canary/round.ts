/** A round of the canary in the cluster: which Pods are tried, and what of the result is news. */
import { OUTCOMES, type Verdict } from "./answer";
import { explain, type Surroundings } from "./explain-verdict";
import type { Trial } from "./trial";

/** Where a Pod is tried: where the webhook looks, and where the policy refuses GMSA. */
export const PLACES = ["ordinary", "excluded"] as const;
export type Place = (typeof PLACES)[number];
export type Outcome = Verdict["outcome"];

/** One of the Pods of each round. */
export interface PlacedTrial {
  place: Place;
  trial: Trial;
}

/** What came of it. */
export interface TrialResult extends PlacedTrial {
  verdict: Verdict;
}

/** One Pod that must be refused and one that must be admitted, in both places. */
export function trialsOf(namespaces: Record<Place, string>, credspec?: string): PlacedTrial[] {
  const { ordinary, excluded } = namespaces;
  return [
    { place: "ordinary", trial: { namespace: ordinary, expect: "refused", by: "webhook" } },
    { place: "ordinary", trial: { namespace: ordinary, expect: "admitted", credspec } },
    { place: "excluded", trial: { namespace: excluded, expect: "refused", by: "policy" } },
    { place: "excluded", trial: { namespace: excluded, expect: "admitted" } },
  ];
}

/** What a round has to report. */
export interface News {
  /** The worst of it. */
  outcome: Outcome;
  /** In words; two short sentences for each Pod with which something is wrong. */
  message: string;
  /** The same as long as nothing has changed. */
  key: string;
}

/** From what matters most. */
const BY_WEIGHT: readonly Outcome[] = ["unchecked", "unreachable", "refused", "unknown", "passed"];
const WELL = "GMSA is checked: Pods that must be refused are refused, and others are admitted.";
/** Of a message of an Event, in characters: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
const LONGEST_MESSAGE = 1024;

/** What is to be said of a round. */
export function newsOf(results: readonly TrialResult[], surroundings: Surroundings = {}): News {
  const bad = results.filter(({ verdict }) => verdict.outcome !== "passed");
  const sentences = bad.map(({ trial, verdict }) => {
    const { problem, remedy } = explain(verdict, trial, surroundings);
    return `${problem[0]?.toUpperCase() ?? ""}${problem.slice(1)}. ${remedy}`;
  });
  const outcome = BY_WEIGHT.find(each => bad.some(({ verdict }) => verdict.outcome === each));
  const message = [...new Set(sentences)].join(" ") || WELL;
  return {
    outcome: outcome ?? "passed",
    message: message.slice(0, LONGEST_MESSAGE),
    key: results.map(keyOf).join("\n"),
  };
}

function keyOf({ place, trial, verdict }: TrialResult): string {
  return [place, trial.expect, verdict.outcome, verdict.reason].join(" ");
}

/** Which outcome it was, for each of them: a gauge has a series for every one. */
export function indicatorsOf({ verdict }: TrialResult): { outcome: Outcome; value: 0 | 1 }[] {
  return OUTCOMES.map(outcome => ({ outcome, value: outcome === verdict.outcome ? 1 : 0 }));
}
