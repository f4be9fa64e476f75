/** Tests whether the API server would admit another Pod of each Deployment of the installation. */
import type { KubeConfig, V1Deployment, V1OwnerReference, V1Pod } from "@kubernetes/client-node";

import { NAMESPACE } from "../../kube/installation-names";
import { dryRun } from "../../kube/try-pod";
import type { Collectors, NextPod } from "./state";

/** Sends a copy of the next Pod of each Deployment as a dry run. A refusal is an answer, not an error. */
export async function readNextPods(
  kubeConfig: KubeConfig,
  collectors: Pick<Collectors, "controller" | "keeper" | "modulePods">,
): Promise<NextPod[]> {
  const [controller, keeper, pods] = await Promise.all([
    collectors.controller(),
    collectors.keeper(),
    collectors.modulePods(),
  ]);
  const deployments = [controller, keeper].flatMap(one =>
    one.known && one.value !== undefined ? [one.value] : [],
  );
  return Promise.all(
    deployments.map(async deployment => {
      const present = presentPod(deployment, pods.known ? pods.value : []);
      return {
        deployment: deployment.metadata?.name ?? "",
        takesPlace: deployment.spec?.strategy?.type === "Recreate" && present !== undefined,
        answer: await dryRun(kubeConfig, NAMESPACE, nextPod(deployment, present)),
      };
    }),
  );
}

function presentPod({ spec }: V1Deployment, pods: readonly V1Pod[]): V1Pod | undefined {
  const labels = Object.entries(spec?.selector.matchLabels ?? {});
  return pods.find(({ metadata }) =>
    labels.every(([key, value]) => metadata?.labels?.[key] === value),
  );
}

/**
 * The Pod that the ReplicaSet of a Deployment would create. An existing Pod shows the owner, which
 * policies may require.
 */
function nextPod({ metadata, spec }: V1Deployment, present: V1Pod | undefined): V1Pod {
  const { metadata: of = {}, spec: pod } = spec?.template ?? {};
  return {
    metadata: {
      generateName: `${metadata?.name ?? ""}-`,
      annotations: of.annotations,
      labels: { ...of.labels, ...hashOf(present) },
      // `blockOwnerDeletion` would require an additional right.
      ownerReferences: ownersOf(present),
    },
    spec: pod,
  };
}

function hashOf(pod: V1Pod | undefined): Record<string, string> {
  const hash = pod?.metadata?.labels?.["pod-template-hash"];
  return hash === undefined ? {} : { "pod-template-hash": hash };
}

function ownersOf(pod: V1Pod | undefined): V1OwnerReference[] | undefined {
  return pod?.metadata?.ownerReferences?.map(({ apiVersion, kind, name, uid, controller }) => ({
    ...{ apiVersion, kind, name, uid, controller },
  }));
}
