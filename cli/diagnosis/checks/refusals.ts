import { isUnanswered, type Refusal } from "../../../rules/admission/review";
import { pluralize } from "../../../rules/text";
import { distinctReasons } from "../../api/calls";
import type { WorkloadState } from "../../inspect/state";
import { remedyWithCommand } from "../../terminal/problems";
import { check, fail, pass, skip, unread, type Observed } from "../report/check";

/** Checks that the service accounts of workloads may use the credential specs that their Pods name. */
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

/** Checks for other reasons why new Pods would be refused. */
export const references = check({
  name: "references",
  title:
    "workloads name existing credential specs, do not hold other contents, and are in namespaces where GMSA is allowed",
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
 * The problems of workloads that have one of these refusal reasons, and the parts that could not be read.
 *
 * @param good renders the message for a number of workloads without problems.
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
  // If the user lacks the right to ask, `unknown` already has one message for all failures.
  const failed = mayReview ? workloads.flatMap(({ refusals }) => refusals) : [];
  const failures = failed
    .filter(isUnanswered)
    .map(({ problem }) => ({ why: problem, isForbidden: false }));
  const notKnown = distinctReasons([...unknown, ...failures]);
  if (refused.length + notKnown.length > 0) return [...refused, ...notKnown.map(unread)];
  return workloads.length === 0
    ? [skip("no workload uses GMSA yet")]
    : [pass(good(pluralize(workloads.length, "workload")))];
}
