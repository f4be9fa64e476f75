import { CoreV1Api } from "@kubernetes/client-node";

import type { Bed } from "../cluster/bed";
import { eventually } from "./eventually";

/**
 * Says in the cluster what the bed does, in the kubelet's place: the Pods of the Deployment run and
 * are ready. Commands that wait for a rollout come to their end then.
 */
export async function reportReady(bed: Bed): Promise<void> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const namespace = "pepr-system";
  const wanted = bed.controllers?.replicas.length ?? 0;
  const { items } = await eventually(
    () => core.listNamespacedPod({ namespace, labelSelector: "app=pepr-gmsa" }),
    pods => pods.items.length >= wanted,
  );
  // Without the time it would never have been ready for minReadySeconds.
  const lastTransitionTime = new Date().toISOString();
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime }];
  for (const pod of items) {
    await bed.kubectl([
      ...["patch", "pod", pod.metadata?.name ?? "", "-n", namespace, "--subresource=status"],
      ...["-p", JSON.stringify({ status: { phase: "Running", conditions } })],
    ]);
  }
}
