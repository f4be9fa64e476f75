import { CoreV1Api } from "@kubernetes/client-node";
import { networkInterfaces } from "node:os";

import type { Bed } from "../bed/bed";
import { eventually } from "./eventually";

const NAMESPACE = "pepr-system";
/** The Pods of the webhook and the certificate controller. */
const PODS = "app in (pepr-gmsa, pepr-gmsa-certificates)";

/**
 * Updates the cluster's objects in place of the kubelet: the Deployments' Pods are running and
 * ready. Commands that wait for a rollout then finish.
 *
 * @param ready false to undo that.
 */
export async function reportReady(bed: Bed, ready = true): Promise<void> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const { replicas = [], keeper } = bed.controllers ?? {};
  const wanted = replicas.length + (keeper === undefined ? 0 : 1);
  const { items } = await eventually(
    () => core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: PODS }),
    pods => pods.items.length >= wanted,
  );
  // Without a time they would never have been ready for minReadySeconds.
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
 * Updates the cluster's objects so that the Service has the replicas as endpoints. The controller
 * manager does this only for Pods on a node. The endpoints receive no traffic: the bed forwards the
 * Service itself.
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

/** Endpoints may not have loopback addresses; traffic to this address does not leave the machine. */
function addressOfThisMachine(): string {
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? []);
  const own = all.find(({ family, internal }) => family === "IPv4" && !internal);
  // Reserved for documentation (RFC 5737): unreachable, also on a machine without a network.
  return own?.address ?? "192.0.2.1";
}
