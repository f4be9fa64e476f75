/** Whether the Pods of workloads would be admitted if they were created now, by the rules of admission. */
import { findDenials, findInlinings } from "../../rules/admission/review";
import type { Cluster } from "../../rules/credspec/cluster";
import type { DenialReason } from "../../rules/admission/denial";
import type { PodReview } from "../../rules/admission/validate";
import { describePlace, gmsaPlacesOf } from "../../rules/pod/windows-options";
import type { PodLike } from "../../rules/pod/windows-options";
import { excludedSentences } from "../../rules/admission/excluded-namespaces";
import type { Workload } from "../../rules/workload/owners";

/** Why a Pod would be refused, or why that is not known. */
export interface Refusal {
  reason: DenialReason | "namespace excluded";
  /** Which places are refused, such as `container "iis"`. */
  places: readonly string[];
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

/** What admission would make of a Pod. */
export interface PodAdmission {
  /** None if it would be admitted. */
  refusals: Refusal[];
  /** The Pod as it would be then, with the contents that were filled in; a copy. */
  pod: PodLike;
}

/** Each workload with what would become of its Pods. */
export function judgeAll(
  workloads: readonly Workload[],
  context: AdmissionContext,
): Promise<JudgedWorkload[]> {
  return Promise.all(
    workloads.map(async ({ pod, ...workload }) => {
      const { refusals } = await admit({ ...workload, pod }, context);
      return { ...workload, admission: verdictOf(refusals), refusals };
    }),
  );
}

/** What would become of one Pod, by the rules of admission and the policy. */
export async function admit(
  { namespace, serviceAccount, pod: given }: Pick<Workload, "namespace" | "serviceAccount" | "pod">,
  { cluster, isExcluded }: AdmissionContext,
): Promise<PodAdmission> {
  const pod = structuredClone(given);
  const places = isExcluded(namespace) ? gmsaPlacesOf(pod) : [];
  if (places.length > 0) {
    const sentences = excludedSentences(namespace, pod);
    return {
      refusals: [{ reason: "namespace excluded", places: places.map(describePlace), ...sentences }],
      pod,
    };
  }
  const review: PodReview = { pod, serviceAccount: { namespace, name: serviceAccount } };
  for (const { place, contents } of await findInlinings(cluster, review)) {
    place.options.gmsaCredentialSpec = contents;
  }
  const denials = await findDenials(cluster, review);
  return {
    refusals: denials.map(({ reason, places, problem, remedy }) => ({
      reason,
      places,
      problem,
      remedy,
    })),
    pod,
  };
}

/** Refused for one reason, it does not matter what else could not be found out. */
export function verdictOf(refusals: Refusal[]): Verdict {
  if (refusals.length === 0) {
    return "admitted";
  }
  return refusals.every(({ reason }) => reason === "cluster failed") ? "unknown" : "refused";
}
