/**
 * Whether the Pods of a workload would be refused, or could hardly do what was meant, said while
 * whoever writes it is looking.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { admit, type Refusal } from "../rules/admission/review";
import type { Cluster } from "../rules/credspec/cluster";
import { checkExpandedPod, checkPod } from "../rules/pod/checks/check-pod";
import { sentence, type PodProblem, type RefusalReason } from "../rules/problem";
import { withDeadline } from "../kube/deadline";
import { podTemplatesOf, serviceAccountNameOf } from "../rules/workload/pod-template";
import type { ObjectLike } from "../rules/object";

/** A workload that is being written. */
export interface WorkloadWrite {
  workload: ObjectLike;
  /** The request's: a workload need not carry its namespace. */
  namespace: string;
}

/** How long whoever writes a workload may be kept waiting, in milliseconds. */
export interface Patience {
  /** In all. */
  deadlineMs: number;
  /** Before a question whose answer may be outdated is asked again. */
  settleMs: number;
}

const PATIENCE: Patience = { deadlineMs: 1000, settleMs: 300 };
/** Of the moment, not of the workload. */
const PASSING: readonly RefusalReason[] = ["cluster failed", "contents not inlined"];
/** What a grant or a credspec in the same `kubectl apply` makes good. */
const SETTLING: readonly RefusalReason[] = [
  "not authorized",
  "no such credspec",
  "no credspec key",
];

/**
 * One sentence for each refusal that the workload's Pods would meet now, by the rules for Pods
 * themselves; none if that could not be found out in time. After them what the same rules as in
 * `gmsa lint` find in the template.
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

/** Contents that are refused already need no second word. */
function templateFindings(workload: ObjectLike, denials: readonly Refusal[]): PodProblem[] {
  const check = denials.length === 0 ? checkPod : checkExpandedPod;
  return podTemplatesOf(workload)
    .flatMap(({ pod }) => check(pod))
    .filter(({ level }) => level !== "information");
}

/** The authorizer of an API server learns of a new grant a moment after that was written. */
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
  // In a namespace where the policy refuses GMSA, no webhook of ours is asked.
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
