/** The checks' input for an installation without problems, on a cluster with one Windows node. */
import type { V1Deployment, V1Node } from "@kubernetes/client-node";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";

import { withDefaults } from "../../../../cli/manifests/installation/defaults";
import { baseObjects } from "../../../../cli/manifests/installation/expected-objects";
import { idOf, type PlainObject } from "../../../../cli/manifests/installation/plain-object";
import type { Webhook } from "../../../../cli/manifests/shipped";
import type { InstallationState } from "../../../../cli/inspect/state";

const CREDSPEC = join(__dirname, "../../../../examples/credspec.yaml");

let shared: InstallationState | undefined;

/** Returns a new copy for each call. */
export function healthyState(): InstallationState {
  shared ??= madeState();
  return structuredClone(shared);
}

function madeState(): InstallationState {
  const objects = installedObjects();
  // The same objects are shared, as in a cluster: a change to one affects all checks.
  const the = (id: string): never => objects[id] as never;
  return {
    servedVersions: ["v1", "v1alpha1"],
    mutating: [the("MutatingWebhookConfiguration/pepr-gmsa")],
    validating: [the("ValidatingWebhookConfiguration/pepr-gmsa")],
    policy: the("ValidatingAdmissionPolicy/gmsa-excluded-namespaces"),
    policyBindings: [the("ValidatingAdmissionPolicyBinding/gmsa-excluded-namespaces")],
    installed: { objects, unknown: {} },
    accountRights: { asked: 20, missing: [] },
    ...{ modulePods: [], now: Date.parse("2026-01-01T00:00:00Z") },
    namespaces: ["default", "kube-system", "pepr-system", "shop"].map(name => ({
      name,
      labels: { "kubernetes.io/metadata.name": name },
    })),
    controller: deployment("pepr-gmsa", 2),
    keeper: deployment("pepr-gmsa-certificates", 1),
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
    nextPods: ["pepr-gmsa", "pepr-gmsa-certificates"].map(name => ({
      deployment: name,
      takesPlace: name === "pepr-gmsa-certificates",
      answer: { outcome: "admitted" as const, pod: {} },
    })),
    canary: {
      probes: [
        {
          probe: { namespace: "default", expect: "refused" },
          verdict: { outcome: "passed", reason: "refused by the webhook" },
        },
      ],
      validating: [the("ValidatingWebhookConfiguration/pepr-gmsa")],
      namespaces: [{ name: "default", labels: {} }],
      readyReplicas: 2,
    },
    credspecs: [{ name: "webapp1", credspec: credspecIn(CREDSPEC) }],
    workloads: {
      workloads: [
        {
          ...{
            group: "apps",
            kind: "Deployment",
            namespace: "shop",
            name: "web",
            serviceAccount: "web",
          },
          ...{ credspecs: ["webapp1"], pods: 3, admission: "admitted" },
          ...{ refusals: [], placement: [] },
        },
      ],
      drifted: [],
      mayReview: true,
      unknown: [],
      unknownNodes: [],
      unknownDrift: [],
    },
    rbac: { roles: [], clusterRoles: [], roleBindings: [], clusterRoleBindings: [] },
    windowsNodes: [NODE],
    nodeReports: {
      reports: { "win-1": { osBuild: "10.0.20348.2227", compartmentNamespace: "enabled" } },
      silent: {},
    },
  };
}

/** The shipped objects, with the fields that pepr-gmsa-certificates fills in. */
function installedObjects(): Record<string, PlainObject> {
  const base = withModule(baseObjects());
  const objects = Object.fromEntries(base.map(object => [idOf(object), withDefaults(object)]));
  for (const object of Object.values(objects)) {
    const { webhooks = [] } = object as { webhooks?: Webhook[] };
    for (const { clientConfig } of webhooks) {
      Object.assign(clientConfig, { caBundle: "Y2E=" });
      Object.assign(clientConfig.service ?? {}, { path: "/mutate/path", port: 443 });
    }
  }
  return objects;
}

/** The same objects with the module "", whose hash is in their names. */
export function withModule(objects: readonly PlainObject[]): PlainObject[] {
  const hash = createHash("sha256").update("").digest("hex");
  const text = JSON.stringify(objects).replaceAll("MODULE_HASH", hash);
  const file = `"module-${hash}.js.gz":`;
  const content = gzipSync("").toString("base64");
  return JSON.parse(text.replace(`${file}""`, `${file}"${content}"`)) as PlainObject[];
}

function deployment(name: string, replicas: number): V1Deployment {
  const container = { name: "server", image: "pepr:1", args: ["/app/node", "0123456789abcdef"] };
  return {
    metadata: { name, labels: { "app.kubernetes.io/version": "0.1.0" } },
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
