/** What the checks see of an installation at rest, on a cluster with one Windows node. */
import type {
  V1Deployment,
  V1MutatingWebhookConfiguration,
  V1Node,
  V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import {
  SHIPPED_BINDING,
  SHIPPED_EARLY_WARNINGS,
  SHIPPED_EXCLUSIONS,
  SHIPPED_POLICY,
  SHIPPED_WEBHOOKS,
} from "../../../../cli/manifests/shipped";
import type { Webhook } from "../../../../cli/manifests/shipped";
import type { InstallationState } from "../../../../cli/inspect/state";

const CREDSPEC = join(__dirname, "../../../../examples/credspec.yaml");

/** A copy of its own for each call. */
export function healthyState(): InstallationState {
  return structuredClone<InstallationState>({
    servedVersions: ["v1", "v1alpha1"],
    mutating: [configuration(SHIPPED_WEBHOOKS.mutating)],
    validating: [configuration(SHIPPED_WEBHOOKS.validating, ...SHIPPED_EARLY_WARNINGS)],
    policy: SHIPPED_POLICY,
    policyBindings: [SHIPPED_BINDING],
    namespaces: ["default", "kube-system", "pepr-system", "shop"].map(name => ({
      name,
      labels: { "kubernetes.io/metadata.name": name },
    })),
    controller: deployment(2),
    keeper: deployment(1),
    endpoints: { service: true, ready: 2, others: 0 },
    certificates: {
      healthy: true,
      certificate: {
        ...{ subject: "", issuer: "", names: [], validFrom: "", validTo: "", fingerprint: "" },
        daysLeft: 364,
      },
      source: "keeper",
      trust: "automatic",
      webhooks: [],
      replicas: [
        { pod: "a", serves: "this certificate" },
        { pod: "b", serves: "not reachable" },
      ],
      findings: [],
    },
    canary: {
      trials: [
        {
          trial: { namespace: "default", expect: "refused" },
          verdict: { outcome: "passed", reason: "refused by the webhook" },
        },
      ],
      validating: [configuration(SHIPPED_WEBHOOKS.validating)],
      namespaces: [{ name: "default", labels: {} }],
      readyReplicas: 2,
    },
    credspecs: [{ name: "webapp1", credspec: credspecIn(CREDSPEC) }],
    workloads: {
      workloads: [
        {
          ...{ kind: "Deployment", namespace: "shop", name: "web", serviceAccount: "web" },
          ...{ credspecs: ["webapp1"], pods: 3, admission: "admitted", refusals: [] },
        },
      ],
      drifted: [],
      mayReview: true,
      unknown: [],
    },
    windowsNodes: [NODE],
    nodeReports: {
      reports: { "win-1": { osBuild: "10.0.20348.2227", compartmentNamespace: "enabled" } },
      silent: {},
    },
  });
}

/** As Pepr and pepr-gmsa-certificates fill it in. */
function configuration(
  ...webhooks: Webhook[]
): V1MutatingWebhookConfiguration & V1ValidatingWebhookConfiguration {
  return {
    metadata: { name: "pepr-gmsa" },
    webhooks: webhooks.map(webhook =>
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
    ),
  };
}

function deployment(replicas: number): V1Deployment {
  const container = { name: "server", image: "pepr:1", args: ["/app/node", "0123456789abcdef"] };
  return {
    metadata: { labels: { "app.kubernetes.io/version": "0.1.0" } },
    spec: { replicas, selector: {}, template: { spec: { containers: [container] } } },
    status: { readyReplicas: replicas, updatedReplicas: replicas },
  };
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

function credspecIn(file: string): unknown {
  return (parse(readFileSync(file, "utf8")) as { credspec: unknown }).credspec;
}
