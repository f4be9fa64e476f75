/** A round of the canary in the cluster: the Pods to try, and the news to report. */
import { OUTCOMES, type Verdict } from "./probe-answer";
import { explain, withoutRepeats, type Surroundings } from "./explain-verdict";
import { gmsaOf, probesToRefuse, type Probe } from "./probe";
import { capitalised } from "../text";

/**
 * Where a Pod is tried: a namespace that the webhook covers, and one in which the policy refuses GMSA.
 */
export const PLACES = ["ordinary", "excluded"] as const;
export type Place = (typeof PLACES)[number];
export type Outcome = Verdict["outcome"];

/** One of the Pods in each round. */
export interface PlacedProbe {
  place: Place;
  probe: Probe;
}

/** A probe with its verdict. */
export interface ProbeResult extends PlacedProbe {
  verdict: Verdict;
}

/**
 * Returns, for both places, the Pods that must be refused and one that must be admitted. The policy does not
 * ask the API server, so one Pod is enough for it.
 */
export function probesOf(namespaces: Record<Place, string>, credspec?: string): PlacedProbe[] {
  const { ordinary, excluded } = namespaces;
  return [
    ...probesToRefuse({ namespace: ordinary, by: "webhook" }).map(probe => ({
      place: "ordinary" as const,
      probe,
    })),
    { place: "ordinary", probe: { namespace: ordinary, expect: "admitted", credspec } },
    { place: "excluded", probe: { namespace: excluded, expect: "refused", by: "policy" } },
    { place: "excluded", probe: { namespace: excluded, expect: "admitted" } },
  ];
}

/** The report on a round. */
export interface News {
  /** The worst outcome. */
  outcome: Outcome;
  /** Two short sentences for each Pod whose probe did not pass. */
  message: string;
  /** Stays the same until a verdict changes. */
  key: string;
}

/** From most to least important. */
const BY_WEIGHT: readonly Outcome[] = ["unchecked", "unreachable", "refused", "unknown", "passed"];
const WELL = "GMSA is checked: Pods that must be refused are refused, and others are admitted.";
/**
 * The longest note of an Event, in characters:
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
const LONGEST_MESSAGE = 1024;

/** Summarises a round. */
export function newsOf(results: readonly ProbeResult[], surroundings: Surroundings = {}): News {
  const bad = results.filter(({ verdict }) => verdict.outcome !== "passed");
  const sentences = withoutRepeats(bad).map(({ probe, verdict }) => {
    const { problem, remedy } = explain(verdict, probe, surroundings);
    return `${capitalised(problem)}. ${remedy}`;
  });
  const outcome = BY_WEIGHT.find(each => bad.some(({ verdict }) => verdict.outcome === each));
  const message = [...new Set(sentences)].join(" ") || WELL;
  return {
    outcome: outcome ?? "passed",
    message: message.slice(0, LONGEST_MESSAGE),
    key: results.map(keyOf).join("\n"),
  };
}

function keyOf({ place, probe, verdict }: ProbeResult): string {
  return [place, probe.expect, gmsaOf(probe), verdict.outcome, verdict.reason].join(" ");
}

/**
 * Whether the webhook counts the Pod as refused. It counts a Pod about which it could not ask the API server
 * as failed.
 */
export function isCountedAsRefused({ verdict: { outcome, reason } }: ProbeResult): boolean {
  return (
    (outcome === "passed" && reason === "refused by the webhook") ||
    (outcome === "refused" && reason === "webhook")
  );
}

/**
 * Returns 1 for the outcome of the probe and 0 for every other, because the gauge has one series for
 * each outcome.
 */
export function indicatorsOf({ verdict }: ProbeResult): { outcome: Outcome; value: 0 | 1 }[] {
  return OUTCOMES.map(outcome => ({ outcome, value: outcome === verdict.outcome ? 1 : 0 }));
}
