import type { WorkloadFacts } from "../../../inspect/state";
import type { Refusal } from "../../../workloads/admission-now";
import { remedyWithCommand } from "../../../terminal/problems";
import { fail, pass, skip } from "../report/check";
import type { Observed } from "../report/check";

/**
 * What is wrong with workloads, for those reasons of refusals that a check is about, and what could
 * not be found out.
 *
 * @param good what is said where nothing is wrong.
 */
export function workloadFindings(
  facts: WorkloadFacts,
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
function failures({ workloads, mayReview }: WorkloadFacts): string[] {
  return mayReview
    ? workloads.flatMap(({ refusals }) =>
        refusals.filter(({ reason }) => reason === "cluster failed").map(({ problem }) => problem),
      )
    : [];
}
