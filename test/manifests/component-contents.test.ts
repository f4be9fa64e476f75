/** The contents of each component's objects. */
import { WARNED_KINDS_WEBHOOK } from "../../kube/installation-names";
import type { Alert } from "../../testbed/manifests/kinds";
import { render, Rendering } from "../../testbed/manifests/rendering";

const CONFIGURATIONS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

describe("component canary", () => {
  test("runs the webhook's image and module, and GMSA_ROLE selects its program", async () => {
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
    expect(own?.env?.filter(({ name }) => !name.startsWith("POD_"))).toEqual([
      { name: "GMSA_ROLE", value: "canary" },
      { name: "CANARY_CREDSPEC" },
      { name: "WEBHOOK_PORT", value: "10250" },
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

describe("component host-network", () => {
  test.each([
    ["canary", "host-network"],
    ["host-network", "canary"],
  ])("with %s before %s, the canary knows the port", async (...components) => {
    const rendering = new Rendering(await render(components));
    const { env } =
      rendering.get("Deployment", "pepr-gmsa-canary").spec?.template.spec?.containers[0] ?? {};
    expect(env).toContainEqual({ name: "WEBHOOK_PORT", value: "9443" });
  });
});

describe("component custom-kinds", () => {
  test("has a webhook of its own, which differs from that for workloads only in its rules and conditions", async () => {
    const { webhooks = [] } = new Rendering(await render(["custom-kinds"])).get(
      "ValidatingWebhookConfiguration",
      "pepr-gmsa",
    );
    const [own, workloads] = [WARNED_KINDS_WEBHOOK, "workloads.pepr-gmsa.pepr.dev"].map(name => {
      const { rules, matchConditions, ...calls } =
        webhooks.find(webhook => webhook.name === name) ?? {};
      return { rules, conditions: matchConditions?.map(each => each.name), calls };
    });
    expect(own?.calls).toEqual({ ...workloads?.calls, name: WARNED_KINDS_WEBHOOK });
    expect(own?.calls).toMatchObject({ failurePolicy: "Ignore", timeoutSeconds: 3 });
    expect(own?.conditions).toEqual(["spec-changed", "no-controller"]);
    expect(own?.rules?.map(({ resources }) => resources)).toEqual([["rollouts"], ["scaledjobs"]]);
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

  test("Mutate excludes labelled namespaces, and still those of the base", () => {
    expect(selector("MutatingWebhookConfiguration")).toEqual({
      matchExpressions: [
        always,
        { key: "windows.k8s.io/disabled", operator: "NotIn", values: ["true"] },
      ],
    });
  });

  test("Validate still checks them, because the label can be set after the policy has run", () => {
    expect(selector("ValidatingWebhookConfiguration")).toEqual({ matchExpressions: [always] });
  });

  test("the policy holds exactly where the label leaves Mutate out", () => {
    const { spec } = rendering.get("ValidatingAdmissionPolicyBinding", "gmsa-disabled-namespaces");
    expect(spec).toEqual({
      policyName: "gmsa-excluded-namespaces",
      matchResources: {
        matchPolicy: "Equivalent",
        objectSelector: {},
        namespaceSelector: { matchLabels: { "windows.k8s.io/disabled": "true" } },
      },
      validationActions: ["Deny"],
    });
  });
});

describe("settings that Pods get", () => {
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
  ])("with the components %j has only the settings that they switch on", async (components, on) => {
    const base = environmentOf(new Rendering(await render([])));
    expect(base).toMatchObject(OFF);
    expect(environmentOf(new Rendering(await render(components)))).toEqual({ ...base, ...on });
  });

  test("namespace-annotations adds the right to get namespaces, and no other", async () => {
    const rulesWith = async (components: string[]): Promise<unknown[]> =>
      new Rendering(await render(components)).get("ClusterRole", "pepr-gmsa").rules ?? [];
    expect(await rulesWith(["namespace-annotations"])).toEqual([
      ...(await rulesWith([])),
      { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
    ]);
  });
});

describe("component viewer-role", () => {
  test("lets viewers read credential specs, but not use them", async () => {
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

  test("every alert has a description and a severity", () => {
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
