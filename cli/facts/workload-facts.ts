/** What of the cluster uses GMSA, and what admission would say of it now. */
import type { KubeConfig } from "@kubernetes/client-node";

import type { Cluster, CredspecAnswer } from "../../capabilities/cluster";
import { gmsaPlacesOf } from "../../capabilities/windows-options";
import { AskOnce } from "../kube/ask-once";
import { judgeAll } from "../workloads/admission-now";
import { driftOf } from "../workloads/drift";
import { isRefused, refusingSelectors } from "../workloads/excluded-namespaces";
import type { GmsaObject } from "../../capabilities/gmsa-object";
import { readObjects } from "../workloads/read-objects";
import { clusterOfUser, REVIEW } from "../workloads/user-cluster";
import { workloadsAmong } from "../workloads/workloads-among";
import type { WorkloadFacts } from "./facts";
import type { FactReaders } from "./read-facts";
import { SHIPPED_BINDING } from "./shipped";

type Needed = Pick<FactReaders, "policy" | "policyBindings" | "namespaces">;

/** @param options.namespace the only one to look at; all if left out. */
export async function workloadFacts(
  kubeConfig: KubeConfig,
  { readers, namespace }: { readers: Needed; namespace: string | undefined },
): Promise<WorkloadFacts> {
  const [found, { cluster: user, mayReview }, isExcluded] = await Promise.all([
    readObjects(kubeConfig, namespace),
    clusterOfUser(kubeConfig),
    exclusion(readers),
  ]);
  const cluster = new AskOnce(user);
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
async function exclusion(readers: Needed): Promise<(namespace: string) => boolean> {
  const [policy, bindings, namespaces] = await Promise.all([
    readers.policy(),
    readers.policyBindings(),
    readers.namespaces(),
  ]);
  if (policy.known && policy.value === undefined) {
    return () => false;
  }
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
): Promise<Map<string, CredspecAnswer>> {
  const places = objects.flatMap(({ pod }) => gmsaPlacesOf(pod));
  const names = new Set(places.map(({ credspecName }) => credspecName));
  names.delete("");
  return new Map(
    await Promise.all(
      [...names].map(async name => [name, await cluster.readCredspec(name)] as const),
    ),
  );
}
