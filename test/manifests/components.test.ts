/** What each component adds to and removes from the installation, and the example overlay. */
import type { KubernetesObject } from "@kubernetes/client-node";
import { join } from "node:path";

import { components } from "../../testbed/manifests/overlay";
import { kustomize, render, Rendering } from "../../testbed/manifests/rendering";

const EXAMPLE = join(__dirname, "../../examples/overlay");
const CONFIGURATIONS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

function id({ kind, metadata }: KubernetesObject): string {
  return `${kind ?? ""} ${metadata?.name ?? ""}`;
}

/** The objects of one rendering that another does not have, by kind and name. */
function over(one: Rendering, other: Rendering): string[] {
  const there = new Set(other.objects.map(id));
  return one.objects.map(id).filter(object => !there.has(object));
}

function changed(one: Rendering, other: Rendering): string[] {
  const before = new Map(other.objects.map(object => [id(object), JSON.stringify(object)]));
  return one.objects
    .filter(object => (before.get(id(object)) ?? JSON.stringify(object)) !== JSON.stringify(object))
    .map(id);
}

test("these components are shipped", () => {
  expect(components).toEqual([
    "canary",
    "cert-manager",
    "client-certificates",
    "custom-kinds",
    "host-network",
    "manual-trust",
    "monitoring",
    "namespace-annotations",
    "namespace-opt-out",
    "one-replica",
    "openshift",
    "random-hostname",
    "restricted-namespace",
    "usage-count",
    "viewer-role",
  ]);
});

describe.each([
  {
    component: "canary",
    adds: [
      "Deployment pepr-gmsa-canary",
      "Namespace gmsa-canary",
      "Namespace gmsa-canary-excluded",
      "NetworkPolicy gmsa-canary",
      "Role pepr-gmsa-canary",
      "Role pepr-gmsa-canary",
      "Role pepr-gmsa-canary",
      "RoleBinding pepr-gmsa-canary",
      "RoleBinding pepr-gmsa-canary",
      "RoleBinding pepr-gmsa-canary",
      "Service pepr-gmsa-canary",
      "ServiceAccount pepr-gmsa-canary",
      "ValidatingAdmissionPolicy gmsa-canary-dry-runs-only",
      "ValidatingAdmissionPolicyBinding gmsa-canary-dry-runs-only",
    ],
    removes: [],
    changes: [],
  },
  {
    component: "cert-manager",
    adds: [
      "Certificate pepr-gmsa-ca",
      "Certificate pepr-gmsa-tls",
      "Issuer pepr-gmsa-ca",
      "Issuer pepr-gmsa-self-signed",
    ],
    removes: ["Secret pepr-gmsa-tls"],
    changes: CONFIGURATIONS.map(kind => `${kind} pepr-gmsa`),
  },
  {
    component: "client-certificates",
    adds: [],
    removes: [],
    changes: ["Deployment pepr-gmsa"],
  },
  {
    component: "custom-kinds",
    adds: [],
    removes: [],
    changes: ["Deployment pepr-gmsa", "ValidatingWebhookConfiguration pepr-gmsa"],
  },
  {
    component: "host-network",
    adds: [],
    removes: [],
    changes: [
      "Deployment pepr-gmsa",
      "Namespace pepr-system",
      "NetworkPolicy gmsa-certificates",
      "NetworkPolicy gmsa-webhook",
      "Service pepr-gmsa",
    ],
  },
  {
    component: "manual-trust",
    adds: ["Secret pepr-gmsa-authority"],
    removes: ["ClusterRole pepr-gmsa-certificates", "ClusterRoleBinding pepr-gmsa-certificates"],
    changes: ["Deployment pepr-gmsa-certificates", "Role pepr-gmsa-certificates"],
  },
  {
    component: "monitoring",
    adds: [
      "ConfigMap pepr-gmsa-dashboard",
      "PodMonitor pepr-gmsa-certificates",
      "PrometheusRule pepr-gmsa",
      "ServiceMonitor pepr-gmsa",
      "ServiceMonitor pepr-gmsa-canary",
    ],
    removes: [],
    changes: [],
  },
  {
    component: "namespace-annotations",
    adds: [],
    removes: [],
    changes: ["ClusterRole pepr-gmsa", "Deployment pepr-gmsa"],
  },
  {
    component: "namespace-opt-out",
    adds: ["ValidatingAdmissionPolicyBinding gmsa-disabled-namespaces"],
    removes: [],
    changes: ["MutatingWebhookConfiguration pepr-gmsa"],
  },
  {
    component: "one-replica",
    adds: [],
    removes: ["PodDisruptionBudget pepr-gmsa"],
    changes: ["Deployment pepr-gmsa"],
  },
  {
    component: "openshift",
    adds: [],
    removes: [],
    changes: ["Deployment pepr-gmsa", "Deployment pepr-gmsa-certificates"],
  },
  {
    component: "random-hostname",
    adds: [],
    removes: [],
    changes: ["Deployment pepr-gmsa"],
  },
  {
    component: "restricted-namespace",
    adds: [],
    removes: [],
    changes: ["Namespace pepr-system"],
  },
  {
    component: "usage-count",
    adds: ["ClusterRole pepr-gmsa-usage-count", "ClusterRoleBinding pepr-gmsa-usage-count"],
    removes: [],
    changes: ["Deployment pepr-gmsa"],
  },
  {
    component: "viewer-role",
    adds: ["ClusterRole gmsacredentialspecs-viewer"],
    removes: [],
    changes: [],
  },
])("component $component", ({ component, adds, removes, changes }) => {
  test("adds, removes and changes exactly these objects", async () => {
    const base = new Rendering(await render([]));
    const rendering = new Rendering(await render([component]));
    expect({
      adds: over(rendering, base).sort(),
      removes: over(base, rendering).sort(),
      changes: changed(rendering, base).sort(),
    }).toEqual({ adds, removes, changes });
  });
});

describe("examples/overlay", () => {
  test("is the installation with three components and a label for Prometheus", async () => {
    const example = new Rendering(await kustomize(EXAMPLE));
    const composed = new Rendering(
      await render(["namespace-opt-out", "viewer-role", "monitoring"]),
    );
    expect(example.objects.map(id).sort()).toEqual(composed.objects.map(id).sort());
    expect(changed(example, composed).sort()).toEqual([
      "PodMonitor pepr-gmsa-certificates",
      "PrometheusRule pepr-gmsa",
      "ServiceMonitor pepr-gmsa",
      "ServiceMonitor pepr-gmsa-canary",
    ]);
    for (const kind of ["PrometheusRule", "ServiceMonitor"] as const) {
      expect(example.get(kind, "pepr-gmsa").metadata?.labels).toMatchObject({
        release: "kube-prometheus-stack",
      });
    }
  });
});
