/**
 * Predicts whether the Pods of a workload would be refused or not work as intended, while its author can
 * see the warning.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { admit, type Refusal } from "../rules/admission/review";
import type { Cluster } from "../rules/credspec/cluster";
import { checkAnnotationsAround } from "../rules/pod/checks/alpha-annotations";
import { checkExpandedPod, checkPod } from "../rules/pod/checks/check-pod";
import { checkNoValue } from "../rules/pod/checks/no-value";
import { sentence, type PodProblem, type RefusalReason } from "../rules/problem";
import { withDeadline } from "../kube/deadline";
import { podTemplatesOf, serviceAccountNameOf } from "../rules/workload/pod-template";
import type { ObjectLike } from "../rules/object";

/** A workload that is being created or updated. */
export interface WorkloadWrite {
  workload: ObjectLike;
  /** The namespace of the request, because a workload may omit it. */
  namespace: string;
}

/** How long a request for a workload may take, in milliseconds. */
export interface Patience {
  /** In total. */
  deadlineMs: number;
  /** Before a check whose result may be out of date is repeated. */
  settleMs: number;
}

const PATIENCE: Patience = { deadlineMs: 1000, settleMs: 300 };
/** Reasons that depend on the moment and not on the workload. */
const PASSING: readonly RefusalReason[] = ["cluster failed", "contents not inlined"];
/** Reasons that a grant or a credential spec in the same `kubectl apply` may resolve. */
const SETTLING: readonly RefusalReason[] = [
  "not authorized",
  "no such credspec",
  "no credspec key",
];

/**
 * Returns one sentence for each refusal that the workload's Pods would get now, by the rules for Pods;
 * none if that is not known in time. They are followed by findings about the template, by the rules of
 * `gmsa lint`.
 */
export async function workloadWarnings(
  cluster: Cluster,
  write: WorkloadWrite,
  patience = PATIENCE,
): Promise<string[]> {
  const denials = await withDeadline(
    patience.deadlineMs,
    lastingDenials(cluster, write, patience.settleMs),
  );
  const { kind } = write.workload;
  return [
    ...(denials ?? []).map(denial => `Pods of this ${kind} would be refused: ${sentence(denial)}`),
    ...templateFindings(write.workload, denials ?? []).map(
      finding => `Pods of this ${kind}: ${sentence(finding)}`,
    ),
  ];
}

/**
 * Checks the template. If there is a denial, problems with names and contents are left out, because the
 * denial covers them.
 */
function templateFindings(workload: ObjectLike, denials: readonly Refusal[]): PodProblem[] {
  const check = denials.length === 0 ? checkPod : checkExpandedPod;
  return podTemplatesOf(workload)
    .flatMap(({ pod }) => [
      // Of the kinds of Kubernetes, the API server has dropped or refused such fields before.
      ...checkNoValue(pod),
      ...check(pod),
      ...checkAnnotationsAround(workload, pod),
    ])
    .filter(({ level }) => level !== "information");
}

/** The authorizer of an API server sees a new grant with a short delay. */
async function lastingDenials(
  cluster: Cluster,
  write: WorkloadWrite,
  settleMs: number,
): Promise<Refusal[]> {
  const denials = await templateDenials(cluster, write);
  if (!denials.some(({ reason }) => SETTLING.includes(reason))) return denials;
  await sleep(settleMs);
  return templateDenials(cluster, write);
}

async function templateDenials(
  cluster: Cluster,
  { workload, namespace }: WorkloadWrite,
): Promise<Refusal[]> {
  // The API server does not call the webhook in a namespace where the policy refuses GMSA.
  const context = { cluster, isExcluded: () => false };
  const answers = await Promise.all(
    podTemplatesOf(workload).map(({ pod }) =>
      admit({ namespace, serviceAccount: serviceAccountNameOf(pod), pod }, context),
    ),
  );
  return answers
    .flatMap(({ refusals }) => refusals)
    .filter(({ reason }) => !PASSING.includes(reason));
}
