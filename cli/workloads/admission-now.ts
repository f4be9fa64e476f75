/** Whether the Pods of workloads would be admitted if they were created now, by the rules of admission. */
import { findDenials, findInlinings } from "../../capabilities/admission";
import type { Cluster } from "../../capabilities/cluster";
import type { DenialReason } from "../../capabilities/denial";
import type { PodReview } from "../../capabilities/validate";
import type { Workload } from "./workloads-among";

/** Why a Pod would be refused, or why that is not known. */
export interface Refusal {
  reason: DenialReason | "namespace excluded";
  problem: string;
  /** What to do. */
  remedy: string;
}

export type Verdict = "admitted" | "refused" | "unknown";

export interface JudgedWorkload extends Omit<Workload, "pod"> {
  admission: Verdict;
  /** None if it would be admitted. */
  refusals: Refusal[];
}

/** What admission in a cluster depends on. */
export interface AdmissionContext {
  cluster: Cluster;
  /** Whether the policy refuses GMSA in a namespace. */
  isExcluded: (namespace: string) => boolean;
}

/** Each workload with what would become of its Pods. */
export function judgeAll(
  workloads: readonly Workload[],
  context: AdmissionContext,
): Promise<JudgedWorkload[]> {
  return Promise.all(
    workloads.map(async ({ pod, ...workload }) => {
      const refusals = await refusalsOf({ ...workload, pod }, context);
      return { ...workload, admission: verdictOf(refusals), refusals };
    }),
  );
}

async function refusalsOf(
  { namespace, serviceAccount, pod }: Workload,
  { cluster, isExcluded }: AdmissionContext,
): Promise<Refusal[]> {
  if (isExcluded(namespace)) {
    return [
      {
        reason: "namespace excluded",
        problem: `GMSA cannot be used in namespace "${namespace}": the webhook that checks GMSA settings does not look there`,
        remedy: "Use another namespace.",
      },
    ];
  }
  const review: PodReview = {
    pod: structuredClone(pod),
    serviceAccount: { namespace, name: serviceAccount },
  };
  for (const { place, contents } of await findInlinings(cluster, review)) {
    place.options.gmsaCredentialSpec = contents;
  }
  return (await findDenials(cluster, review)).map(({ reason, problem, remedy }) => ({
    reason,
    problem,
    remedy,
  }));
}

/** Refused for one reason, it does not matter what else could not be found out. */
function verdictOf(refusals: Refusal[]): Verdict {
  if (refusals.length === 0) {
    return "admitted";
  }
  return refusals.every(({ reason }) => reason === "cluster failed") ? "unknown" : "refused";
}
