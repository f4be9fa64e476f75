/** What of the cluster uses GMSA, and what admission would say of it now. */
import type { KubeConfig } from "@kubernetes/client-node";

import { MemoizedCluster } from "../../kube/memoized-cluster";
import { refusingSelectors, isRefused } from "../../rules/admission/excluded-namespaces";
import { admit, type AdmissionContext, type Refusal } from "../../rules/admission/review";
import type { Cluster, CredspecLookup } from "../../rules/credspec/cluster";
import { gmsaPlacesOf } from "../../rules/pod/windows-options";
import { driftOf } from "../../rules/workload/drift";
import type { GmsaObject } from "../../rules/workload/gmsa-object";
import { workloadsAmong, type Workload } from "../../rules/workload/owners";
import { clusterOfUser, REVIEW } from "../api/user-cluster";
import { SHIPPED_BINDING } from "../manifests/shipped";
import { readObjects } from "./gmsa-objects";
import type { Collectors, WorkloadState, JudgedWorkload, Verdict } from "./state";

type Needed = Pick<Collectors, "policy" | "policyBindings" | "namespaces">;

/** @param namespace the only one to look at; all if left out. */
export async function readWorkloads(
  kubeConfig: KubeConfig,
  collectors: Needed,
  namespace: string | undefined,
): Promise<WorkloadState> {
  const [found, { cluster: user, mayReview }, isExcluded] = await Promise.all([
    readObjects(kubeConfig, namespace),
    clusterOfUser(kubeConfig),
    exclusion(collectors),
  ]);
  const cluster = new MemoizedCluster(user);
  const [workloads, credspecs] = await Promise.all([
    judgeAll(workloadsAmong(found.objects), { cluster, isExcluded }),
    readCredspecs(found.objects, cluster),
  ]);
  return {
    workloads,
    drifted: driftOf(found.objects, credspecs),
    mayReview,
    unknown: [...found.unknown, ...(mayReview ? [] : [REVIEW])],
  };
}

/** Where the policy refuses GMSA; as it is shipped, if the user may not look. */
async function exclusion(collectors: Needed): Promise<(namespace: string) => boolean> {
  const [policy, bindings, namespaces] = await Promise.all([
    collectors.policy(),
    collectors.policyBindings(),
    collectors.namespaces(),
  ]);
  if (policy.known && policy.value === undefined) return () => false;
  const selectors = refusingSelectors(bindings.known ? bindings.value : [SHIPPED_BINDING]);
  const labels = new Map(
    namespaces.known ? namespaces.value.map(({ name, labels: of }) => [name, of]) : [],
  );
  return namespace =>
    // The label that every namespace has.
    isRefused(selectors, labels.get(namespace) ?? { "kubernetes.io/metadata.name": namespace });
}

async function readCredspecs(
  objects: readonly GmsaObject[],
  cluster: Cluster,
): Promise<Map<string, CredspecLookup>> {
  const places = objects.flatMap(({ pod }) => gmsaPlacesOf(pod));
  const names = new Set(places.map(({ credspecName }) => credspecName));
  names.delete("");
  return new Map(
    await Promise.all(
      [...names].map(async name => [name, await cluster.readCredspec(name)] as const),
    ),
  );
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

/** Refused for one reason, it does not matter what else could not be found out. */
function verdictOf(refusals: Refusal[]): Verdict {
  if (refusals.length === 0) return "admitted";
  return refusals.every(({ reason }) => reason === "cluster failed") ? "unknown" : "refused";
}
