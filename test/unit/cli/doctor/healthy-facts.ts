/** What the checks see of an installation at rest, on a cluster with one Windows node. */
import type {
  V1Deployment,
  V1MutatingWebhookConfiguration,
  V1Node,
  V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";

import {
  SHIPPED_BINDING,
  SHIPPED_EXCLUSIONS,
  SHIPPED_POLICY,
  SHIPPED_WEBHOOKS,
} from "../../../../cli/doctor/shipped";
import type { Webhook } from "../../../../cli/doctor/shipped";
import type { Facts } from "../../../../cli/doctor/facts";

/** A copy of its own for each call. */
export function healthyFacts(): Facts {
  return structuredClone<Facts>({
    servedVersions: ["v1", "v1alpha1"],
    mutating: [configuration(SHIPPED_WEBHOOKS.mutating)],
    validating: [configuration(SHIPPED_WEBHOOKS.validating)],
    policy: SHIPPED_POLICY,
    policyBindings: [SHIPPED_BINDING],
    namespaces: ["default", "kube-system", "pepr-system", "shop"].map(name => ({
      name,
      labels: { "kubernetes.io/metadata.name": name },
    })),
    controller: deployment(2),
    keeper: deployment(1),
    endpoints: { service: true, ready: 2, others: 0 },
    windowsNodes: [NODE],
  });
}

/** As Pepr and pepr-gmsa-certificates fill it in. */
function configuration(
  webhook: Webhook,
): V1MutatingWebhookConfiguration & V1ValidatingWebhookConfiguration {
  return {
    metadata: { name: "pepr-gmsa" },
    webhooks: [
      Object.assign({}, webhook, {
        clientConfig: {
          caBundle: "Y2E=",
          service: { name: "pepr-gmsa", namespace: "pepr-system", path: "/mutate/path", port: 443 },
        },
        namespaceSelector: {
          matchExpressions: [
            {
              key: "kubernetes.io/metadata.name",
              operator: "NotIn",
              values: [...SHIPPED_EXCLUSIONS],
            },
          ],
        },
        objectSelector: {},
      }),
    ],
  };
}

function deployment(replicas: number): V1Deployment {
  return {
    spec: { replicas },
    status: { readyReplicas: replicas, updatedReplicas: replicas },
  } as V1Deployment;
}

const NODE = {
  metadata: {
    name: "win-1",
    labels: { "kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": "10.0.20348" },
    annotations: { "gmsa.pepr.dev/compartment-namespace": "enabled" },
  },
  status: {
    nodeInfo: {
      operatingSystem: "windows",
      osImage: "Windows Server 2022 Datacenter",
      kernelVersion: "10.0.20348.2227",
      containerRuntimeVersion: "containerd://1.7.22",
    },
  },
} as unknown as V1Node;
