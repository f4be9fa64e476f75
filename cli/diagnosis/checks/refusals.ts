import type { Refusal } from "../../../rules/admission/review";
import { pluralize } from "../../../rules/text";
import type { WorkloadState } from "../../inspect/state";
import { remedyWithCommand } from "../../terminal/problems";
import { check, fail, pass, skip, type Observed } from "../report/check";

/** The service accounts of workloads may use the credspecs that their Pods name. */
export const grants = check({
  name: "grants",
  title: "service accounts may use the credential specs that their Pods name",
  needs: ["workloads"],
  judge: ({ workloads }) =>
    workloadFindings(
      workloads,
      ["not authorized"],
      count => `the service accounts of ${count} may use their credential specs`,
    ),
});

/** What else would have Pods refused if they were created now. */
export const references = check({
  name: "references",
  title:
    "workloads name existing credential specs, hold no other contents, and are in namespaces where GMSA is allowed",
  needs: ["workloads"],
  judge: ({ workloads }) =>
    workloadFindings(
      workloads,
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
      count => `the credential specs of ${count} exist`,
    ),
});

/**
 * What is wrong with workloads, for the reasons of refusals that a check is about, and what could not
 * be found out.
 *
 * @param good what is said where nothing is wrong, of so many workloads.
 */
function workloadFindings(
  { workloads, unknown, mayReview }: WorkloadState,
  reasons: readonly Refusal["reason"][],
  good: (count: string) => string,
): Observed[] {
  const refused = workloads.flatMap(({ kind, namespace, name, refusals }) =>
    refusals
      .filter(({ reason }) => reasons.includes(reason))
      .map(refusal =>
        fail(`${kind}/${name} in ${namespace}: ${refusal.problem}`, remedyWithCommand(refusal)),
      ),
  );
  // Where it is the user's right that is missing, one word stands for all that failed.
  const failed = mayReview ? workloads.flatMap(({ refusals }) => refusals) : [];
  const failures = failed
    .filter(({ reason }) => reason === "cluster failed")
    .map(({ problem }) => problem);
  const notKnown = new Set([...unknown, ...failures]);
  if (refused.length + notKnown.size > 0) {
    return [...refused, ...[...notKnown].map(message => ({ level: "unknown" as const, message }))];
  }
  return workloads.length === 0
    ? [skip("no workload uses GMSA yet")]
    : [pass(good(pluralize(workloads.length, "workload")))];
}
