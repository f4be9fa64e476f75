import { CoreV1Api } from "@kubernetes/client-node";
import { networkInterfaces } from "node:os";

import type { Bed } from "../bed/bed";
import { eventually } from "./eventually";

const NAMESPACE = "pepr-system";
/** The webhook and what looks after its certificates. */
const PODS = "app in (pepr-gmsa, pepr-gmsa-certificates)";

/**
 * Says in the cluster what the bed does, in the kubelet's place: the Pods of the Deployments run and
 * are ready. Commands that wait for a rollout come to their end then.
 *
 * @param ready false to take that back.
 */
export async function reportReady(bed: Bed, ready = true): Promise<void> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const { replicas = [], keeper } = bed.controllers ?? {};
  const wanted = replicas.length + (keeper === undefined ? 0 : 1);
  const { items } = await eventually(
    () => core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: PODS }),
    pods => pods.items.length >= wanted,
  );
  // Without the time it would never have been ready for minReadySeconds.
  const lastTransitionTime = new Date().toISOString();
  const conditions = [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime }];
  for (const pod of items) {
    await bed.kubectl([
      ...["patch", "pod", pod.metadata?.name ?? "", "-n", NAMESPACE, "--subresource=status"],
      ...["-p", JSON.stringify({ status: { phase: "Running", conditions } })],
    ]);
  }
}

/**
 * Says in the cluster that the Service leads to the replicas. The controller manager would, of Pods
 * that have a node. Nobody is asked there: the bed has a way of its own to the replicas.
 */
export async function reportEndpoints(bed: Bed, ready = true): Promise<void> {
  const addresses = [addressOfThisMachine()];
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "pepr-gmsa-bed",
      namespace: NAMESPACE,
      labels: { "kubernetes.io/service-name": "pepr-gmsa" },
    },
    addressType: "IPv4",
    endpoints: bed.controllers?.replicas.map(() => ({ addresses, conditions: { ready } })),
    ports: [{ name: "https", port: 3000, protocol: "TCP" }],
  };
  await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(slice) });
}

/** No endpoint may have a loopback address, and what is sent to this one does not leave the machine. */
function addressOfThisMachine(): string {
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? []);
  const own = all.find(({ family, internal }) => family === "IPv4" && !internal);
  // For documentation (RFC 5737): a machine without a network does not get there either.
  return own?.address ?? "192.0.2.1";
}
