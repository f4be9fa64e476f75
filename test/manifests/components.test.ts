/** What each component adds to the installation and takes out of it, and the example overlay. */
import type { KubernetesObject } from "@kubernetes/client-node";
import { join } from "node:path";

import type { Alert } from "../../testbed/manifests/kinds";
import { components } from "../../testbed/manifests/overlay";
import { kustomize, render, Rendering } from "../../testbed/manifests/rendering";

const EXAMPLE = join(__dirname, "../../examples/overlay");
const CONFIGURATIONS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

function id({ kind, metadata }: KubernetesObject): string {
  return `${kind ?? ""} ${metadata?.name ?? ""}`;
}

/** What one rendering has over another: objects by kind and name. */
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
    "manual-trust",
    "monitoring",
    "namespace-annotations",
    "namespace-opt-out",
    "one-replica",
    "random-hostname",
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
    component: "random-hostname",
    adds: [],
    removes: [],
    changes: ["Deployment pepr-gmsa"],
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

describe("component canary", () => {
  test("runs what the controller runs, and is told by GMSA_ROLE what it is", async () => {
    const rendering = new Rendering(await render(["canary"]));
    const [own, controller] = ["pepr-gmsa-canary", "pepr-gmsa"].map(name => {
      const { volumes, containers: [container] = [] } =
        rendering.get("Deployment", name).spec?.template.spec ?? {};
      const { image, command, args, env } = container ?? {};
      const module = volumes?.find(volume => volume.name === "module")?.secret?.secretName;
      return { runs: { image, command, args, module }, env };
    });
    expect(own?.runs).toEqual(controller?.runs);
    expect(own?.runs.module).toMatch(/^pepr-gmsa-module-[0-9a-f]{64}$/);
    expect(own?.env).toEqual([
      { name: "GMSA_ROLE", value: "canary" },
      { name: "CANARY_CREDSPEC", value: "" },
    ]);
  });

  test("its ServiceMonitor finds its Service", async () => {
    const rendering = new Rendering(await render(["canary", "monitoring"]));
    const { spec } = rendering.get("ServiceMonitor", "pepr-gmsa-canary");
    const service = rendering.get("Service", "pepr-gmsa-canary");
    expect(service.metadata?.labels).toMatchObject(spec.selector.matchLabels);
    expect(service.spec?.ports?.map(({ name }) => name)).toEqual([spec.endpoints[0]?.port]);
    const other = rendering.get("ServiceMonitor", "pepr-gmsa").spec.selector.matchLabels;
    expect(service.metadata?.labels).not.toMatchObject(other);
  });
});

describe("component one-replica", () => {
  test("changes the number of replicas alone", async () => {
    const expected = new Rendering(await render([])).get("Deployment", "pepr-gmsa");
    Object.assign(expected.spec ?? {}, { replicas: 1 });
    const rendering = new Rendering(await render(["one-replica"]));
    expect(rendering.get("Deployment", "pepr-gmsa")).toEqual(expected);
  });
});

describe("component namespace-opt-out", () => {
  let rendering: Rendering;

  beforeAll(async () => {
    rendering = new Rendering(await render(["namespace-opt-out"]));
  });

  function selector(kind: (typeof CONFIGURATIONS)[number]): unknown {
    const { webhooks } = rendering.get(kind, "pepr-gmsa");
    return webhooks?.[0]?.namespaceSelector;
  }
  const always = {
    key: "kubernetes.io/metadata.name",
    operator: "NotIn",
    values: ["kube-system", "pepr-system"],
  };

  test("Mutate leaves labelled namespaces out, and those of before", () => {
    expect(selector("MutatingWebhookConfiguration")).toEqual({
      matchExpressions: [
        always,
        { key: "windows.k8s.io/disabled", operator: "NotIn", values: ["true"] },
      ],
    });
  });

  test("Validate goes on looking, in case that the label is set after the policy looked", () => {
    expect(selector("ValidatingWebhookConfiguration")).toEqual({ matchExpressions: [always] });
  });

  test("the policy holds exactly where the label leaves Mutate out", () => {
    const { spec } = rendering.get("ValidatingAdmissionPolicyBinding", "gmsa-disabled-namespaces");
    expect(spec).toEqual({
      policyName: "gmsa-excluded-namespaces",
      matchResources: { namespaceSelector: { matchLabels: { "windows.k8s.io/disabled": "true" } } },
      validationActions: ["Deny"],
    });
  });
});

describe("what Pods are given", () => {
  function environmentOf(rendering: Rendering): Record<string, string | undefined> {
    const { spec } = rendering.get("Deployment", "pepr-gmsa");
    const env = spec?.template.spec?.containers[0]?.env ?? [];
    return Object.fromEntries(env.map(({ name, value }) => [name, value]));
  }
  const OFF = { RANDOM_HOSTNAME: "false", NAMESPACE_ANNOTATIONS: "false" };

  test.each([
    [[], {}],
    [["random-hostname"], { RANDOM_HOSTNAME: "true" }],
    [["namespace-annotations"], { NAMESPACE_ANNOTATIONS: "true" }],
    [
      ["namespace-annotations", "random-hostname"],
      { RANDOM_HOSTNAME: "true", NAMESPACE_ANNOTATIONS: "true" },
    ],
  ])("with the components %j is only what they switch on", async (components, on) => {
    const base = environmentOf(new Rendering(await render([])));
    expect(base).toMatchObject(OFF);
    expect(environmentOf(new Rendering(await render(components)))).toEqual({ ...base, ...on });
  });

  test("the right to get namespaces comes with namespace-annotations, and nothing beside it", async () => {
    const rulesWith = async (components: string[]): Promise<unknown[]> =>
      new Rendering(await render(components)).get("ClusterRole", "pepr-gmsa").rules ?? [];
    expect(await rulesWith(["namespace-annotations"])).toEqual([
      ...(await rulesWith([])),
      { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
    ]);
  });
});

describe("component viewer-role", () => {
  test("lets those who may view read credspecs, and not use them", async () => {
    const rendering = new Rendering(await render(["viewer-role"]));
    const role = rendering.get("ClusterRole", "gmsacredentialspecs-viewer");
    expect(role.metadata?.labels).toMatchObject({
      "rbac.authorization.k8s.io/aggregate-to-view": "true",
    });
    expect(role.rules).toEqual([
      {
        apiGroups: ["windows.k8s.io"],
        resources: ["gmsacredentialspecs"],
        verbs: ["get", "list", "watch"],
      },
    ]);
  });
});

describe("component monitoring", () => {
  let rendering: Rendering;
  let alerts: Alert[];

  beforeAll(async () => {
    rendering = new Rendering(await render(["monitoring"]));
    const { spec } = rendering.get("PrometheusRule", "pepr-gmsa");
    alerts = spec.groups.flatMap(({ rules }) => rules);
  });

  test("the ServiceMonitor finds the Service and its port, and checks the certificate", () => {
    const { spec } = rendering.get("ServiceMonitor", "pepr-gmsa");
    const service = rendering.get("Service", "pepr-gmsa");
    expect(service.metadata?.labels).toMatchObject(spec.selector.matchLabels);
    expect(spec.endpoints).toHaveLength(1);
    expect(service.spec?.ports?.map(({ name }) => name)).toContain(spec.endpoints[0]?.port);
    expect(spec.endpoints[0]).toMatchObject({
      scheme: "https",
      tlsConfig: {
        serverName: "pepr-gmsa.pepr-system.svc",
        ca: { secret: { name: "pepr-gmsa-tls", key: "ca.crt" } },
      },
    });
    expect(spec.endpoints[0]?.tlsConfig).not.toHaveProperty("insecureSkipVerify");
  });

  test("certificate days left warn at 14 and call at 3", () => {
    const days = alerts
      .filter(({ expr }) => expr.includes("gmsa_certificate_expiry_timestamp_seconds"))
      .map(({ expr, labels }) => [/< (\d+) \* 86400$/.exec(expr)?.[1], labels.severity]);
    expect(days).toEqual([
      ["14", "warning"],
      ["3", "critical"],
    ]);
  });

  test("every alert says what is wrong and how bad it is", () => {
    expect(alerts.length).toBeGreaterThan(4);
    for (const { labels, annotations } of alerts) {
      expect(["warning", "critical"]).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\S.*\.$/);
      expect(annotations.description).toMatch(/\S.*\.$/);
    }
  });
});

describe("component cert-manager", () => {
  let rendering: Rendering;

  beforeAll(async () => {
    rendering = new Rendering(await render(["cert-manager"]));
  });

  test.each(CONFIGURATIONS)("%s gets its CA from the certificate that is served", kind => {
    const { metadata } = rendering.get(kind, "pepr-gmsa");
    expect(metadata?.annotations).toEqual({
      "admissions.enforcer/disabled": "true",
      "cert-manager.io/inject-ca-from": "pepr-system/pepr-gmsa-tls",
    });
  });

  test("the certificate is for the Service's name, 90 days, renewed 30 days before the end", () => {
    expect(rendering.get("Certificate", "pepr-gmsa-tls")).toMatchObject({
      metadata: { namespace: "pepr-system" },
      spec: {
        secretName: "pepr-gmsa-tls",
        dnsNames: ["pepr-gmsa.pepr-system.svc"],
        duration: "2160h",
        renewBefore: "720h",
        usages: ["digital signature", "server auth"],
        issuerRef: { kind: "Issuer", name: "pepr-gmsa-ca" },
        privateKey: { rotationPolicy: "Always" },
      },
    });
  });

  test("its CA lasts ten years, is self-signed, and keeps its key", () => {
    expect(rendering.get("Certificate", "pepr-gmsa-ca")).toMatchObject({
      spec: {
        isCA: true,
        secretName: "pepr-gmsa-ca",
        duration: "87600h",
        issuerRef: { kind: "Issuer", name: "pepr-gmsa-self-signed" },
        privateKey: { rotationPolicy: "Never" },
      },
    });
    expect(rendering.get("Issuer", "pepr-gmsa-self-signed")).toMatchObject({
      spec: { selfSigned: {} },
    });
    expect(rendering.get("Issuer", "pepr-gmsa-ca")).toMatchObject({
      spec: { ca: { secretName: "pepr-gmsa-ca" } },
    });
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
