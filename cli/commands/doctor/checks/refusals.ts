import type { Refusal } from "../../../../rules/admission/review";
import { pluralize } from "../../../../rules/text";
import type { WorkloadState } from "../../../inspect/state";
import { remedyWithCommand } from "../../../terminal/problems";
import type { Observed } from "../report/check";
import { fail, skip, pass, check } from "../report/check";

/**
 * What is wrong with workloads, for those reasons of refusals that a check is about, and what could
 * not be found out.
 *
 * @param good what is said where nothing is wrong.
 */
export function workloadFindings(
  facts: WorkloadState,
  reasons: readonly Refusal["reason"][],
  good: string,
): Observed[] {
  const { workloads, unknown } = facts;
  const refused = workloads.flatMap(({ kind, namespace, name, refusals }) =>
    refusals
      .filter(({ reason }) => reasons.includes(reason))
      .map(refusal =>
        fail(`${kind}/${name} in ${namespace}: ${refusal.problem}`, remedyWithCommand(refusal)),
      ),
  );
  const notKnown = new Set([...unknown, ...failures(facts)]);
  if (refused.length + notKnown.size > 0) {
    return [...refused, ...[...notKnown].map(message => ({ level: "unknown" as const, message }))];
  }
  return [workloads.length === 0 ? skip("no workload uses GMSA yet") : pass(good)];
}

/** What the API server failed at; one word for all where it is the user's right that is missing. */
function failures({ workloads, mayReview }: WorkloadState): string[] {
  return mayReview
    ? workloads.flatMap(({ refusals }) =>
        refusals.filter(({ reason }) => reason === "cluster failed").map(({ problem }) => problem),
      )
    : [];
}

/** The service accounts of workloads may use the credspecs that their Pods name. */
export const grants = check({
  name: "grants",
  title: "service accounts may use the credspecs that their Pods name",
  needs: ["workloads"],
  judge: ({ workloads: facts }) =>
    workloadFindings(
      facts,
      ["not authorized"],
      `the service accounts of ${pluralize(facts.workloads.length, "workload")} may use their credspecs`,
    ),
});

/** What else would have Pods refused if they were created now. */
export const references = check({
  name: "references",
  title: "workloads name credspecs that exist, hold no other contents, and are where GMSA may be",
  needs: ["workloads"],
  judge: ({ workloads: facts }) =>
    workloadFindings(
      facts,
      [
        "no such credspec",
        "no credspec key",
        "contents without name",
        "too many credspecs",
        "contents differ",
        "contents malformed",
        "contents not inlined",
        "namespace excluded",
      ],
      `the credspecs of ${pluralize(facts.workloads.length, "workload")} exist`,
    ),
});
