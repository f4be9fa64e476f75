/** Every rendering of the installation: how the webhooks are called, and properties of all objects. */
import type {
  V1Deployment,
  V1MutatingWebhookConfiguration,
  V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { WARNED_KINDS_WEBHOOK } from "../../kube/installation-names";
import { version } from "../../package.json";
import { WORKLOAD_KINDS } from "../../testbed/objects/workloads";
import { combinations } from "../../testbed/manifests/overlay";
import { render, Rendering } from "../../testbed/manifests/rendering";
import { MANIFEST } from "../../testbed/manifests/built-manifest";

const SELECTED = { app: "pepr-gmsa", "pepr.dev/controller": "admission" };
const LABELS = { "app.kubernetes.io/name": "gmsa", "app.kubernetes.io/part-of": "gmsa" };

/**
 * Defaults of the API server: Helm 4 and kubectl would conflict over a field that only one of them
 * sets.
 */
const DEFAULTS = { matchPolicy: "Equivalent", objectSelector: {} };

test("the default installation is dist/gmsa.yaml, byte for byte", async () => {
  expect(await render([])).toBe(readFileSync(MANIFEST, "utf8"));
});

test("docs/how-to/install.md lists every object", async () => {
  const docs = readFileSync(join(__dirname, "../../docs/how-to/install.md"), "utf8");
  const names = new Rendering(await render([])).objects.map(({ metadata }) => metadata?.name ?? "");
  const unlisted = names
    // The module's Secret has its hash in its name.
    .map(name => name.replace(/^(pepr-gmsa-module-)[0-9a-f]+$/, "$1…"))
    .filter(name => !docs.includes(`\`${name}\``));
  expect(unlisted).toEqual([]);
});

describe.each(combinations)("$title", ({ with: chosen }) => {
  let rendering: Rendering;
  let webhook: V1Deployment;

  beforeAll(async () => {
    rendering = new Rendering(await render(chosen));
    webhook = rendering.get("Deployment", "pepr-gmsa");
  });

  describe("webhooks", () => {
    const settings = {
      failurePolicy: "Fail",
      timeoutSeconds: 10,
      matchPolicy: "Equivalent",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    };
    let mutating: V1MutatingWebhookConfiguration;
    let validating: V1ValidatingWebhookConfiguration;

    beforeAll(() => {
      mutating = rendering.get("MutatingWebhookConfiguration", "pepr-gmsa");
      validating = rendering.get("ValidatingWebhookConfiguration", "pepr-gmsa");
    });

    test("Mutate declares how it is called, and is called again after a later webhook's change", () => {
      expect(mutating.webhooks).toHaveLength(1);
      expect(mutating.webhooks?.[0]).toMatchObject({
        ...settings,
        reinvocationPolicy: "IfNeeded",
      });
    });

    test("Validate declares how it is called", () => {
      expect(validating.webhooks?.[0]).toMatchObject({ name: "pepr-gmsa.pepr.dev", ...settings });
    });

    test("AKS must not exclude namespaces that somebody has labelled", () => {
      for (const { metadata } of [mutating, validating]) {
        expect(metadata?.annotations).toMatchObject({ "admissions.enforcer/disabled": "true" });
      }
    });

    test("no webhook or policy selects by labels that users can set, except for namespace-opt-out", () => {
      const policies = rendering.all("ValidatingAdmissionPolicy");
      const bindings = rendering.all("ValidatingAdmissionPolicyBinding");
      const webhooks = [...(mutating.webhooks ?? []), ...(validating.webhooks ?? [])];
      const selecting = [
        ...webhooks,
        ...policies.flatMap(({ spec }) => spec?.matchConstraints ?? []),
        ...bindings.flatMap(({ spec }) => spec?.matchResources ?? []),
      ];
      expect(selecting.map(({ objectSelector = {} }) => objectSelector)).toEqual(
        selecting.map(() => ({})),
      );
      const expressions = [
        ...webhooks.flatMap(({ matchConditions = [] }) => matchConditions),
        ...policies.flatMap(({ spec }) => [
          ...(spec?.matchConditions ?? []),
          ...(spec?.variables ?? []),
          ...(spec?.validations ?? []),
        ]),
      ];
      expect(expressions.length).toBeGreaterThan(5);
      expect(expressions.filter(({ expression }) => /\blabels\b/.test(expression))).toEqual([]);
      const keys = selecting.flatMap(({ namespaceSelector }) => [
        ...Object.keys(namespaceSelector?.matchLabels ?? {}),
        ...(namespaceSelector?.matchExpressions ?? []).map(({ key }) => key),
      ]);
      const optOut = chosen.includes("namespace-opt-out") ? ["windows.k8s.io/disabled"] : [];
      expect([...new Set(keys)].sort()).toEqual(["kubernetes.io/metadata.name", ...optOut]);
    });

    test("credential specs and workloads have webhooks of their own, whose failure blocks nothing", () => {
      const [, ...others] = validating.webhooks ?? [];
      // Covered by test/manifests/component-contents.test.ts.
      const early = others.filter(({ name }) => name !== WARNED_KINDS_WEBHOOK);
      const calls = { ...settings, failurePolicy: "Ignore", timeoutSeconds: 3 };
      const clientConfig = { service: { name: "pepr-gmsa", namespace: "pepr-system" } };
      expect(early).toEqual([
        expect.objectContaining({ name: "credspecs.pepr-gmsa.pepr.dev", ...calls, clientConfig }),
        expect.objectContaining({ name: "workloads.pepr-gmsa.pepr.dev", ...calls, clientConfig }),
      ]);
      expect(early.map(({ matchConditions }) => matchConditions?.map(({ name }) => name))).toEqual([
        ["credspec-changed"],
        ["gmsa-settings", "spec-changed", "no-controller"],
      ]);
      expect(early.map(({ rules }) => rules?.flatMap(({ resources }) => resources))).toEqual([
        ["gmsacredentialspecs"],
        // Pods too, for obsolete annotations.
        [...Object.values(WORKLOAD_KINDS), "pods"],
      ]);
    });

    test("policies and bindings set the fields that the API server would default", () => {
      const constraints = rendering
        .all("ValidatingAdmissionPolicy")
        .map(({ spec }) => spec?.matchConstraints);
      const resources = rendering
        .all("ValidatingAdmissionPolicyBinding")
        // An absent field gets no defaults.
        .flatMap(({ spec }) => spec?.matchResources ?? []);
      expect(constraints.length).toBeGreaterThan(0);
      expect(resources.length).toBeGreaterThan(0);
      for (const each of constraints) {
        expect(each).toMatchObject({ ...DEFAULTS, namespaceSelector: {} });
      }
      for (const each of resources) expect(each).toMatchObject(DEFAULTS);
    });

    test("Argo CD and Flux do not delete objects that hold unique data", () => {
      const kinds = ["CustomResourceDefinition", "Namespace", "Secret"];
      const kept = rendering.objects.filter(
        ({ kind, metadata }) => kinds.includes(kind ?? "") && !metadata?.name?.startsWith("gmsa-"),
      );
      const names = kept.map(({ metadata }) => metadata?.name);
      expect(names).toEqual(expect.arrayContaining(["pepr-system", "pepr-gmsa-api-path"]));
      for (const { metadata } of kept) {
        expect(metadata?.annotations).toMatchObject({
          "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
          "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
          "kustomize.toolkit.fluxcd.io/prune": "disabled",
        });
      }
      // Objects that are filled in inside the cluster. Flux would undo that if kubectl did it.
      const onlyMade = kept.filter(
        ({ metadata }) =>
          metadata?.annotations?.["kustomize.toolkit.fluxcd.io/ssa"] === "IfNotPresent",
      );
      const filled = ["pepr-gmsa-api-path", "pepr-gmsa-authority", "pepr-gmsa-tls"];
      expect(onlyMade.map(({ metadata }) => metadata?.name).sort()).toEqual(
        names.filter(name => filled.includes(name ?? "")).sort(),
      );
    });

    test("workloads are excluded in the same namespaces as Pods", () => {
      const [pods, , workloads] = validating.webhooks ?? [];
      expect(workloads?.namespaceSelector).toEqual(pods?.namespaceSelector);
    });

    test("both get GMSA Pods only", () => {
      const conditions = [mutating, validating].map(({ webhooks }) =>
        webhooks?.[0]?.matchConditions?.map(({ name }) => name),
      );
      expect(conditions).toEqual([
        ["gmsa-contents-or-helpers-wanted"],
        ["gmsa-settings-new-or-changed"],
      ]);
    });

    test("the policy covers the namespaces that both leave out", () => {
      const leftOut = {
        key: "kubernetes.io/metadata.name",
        values: ["kube-system", "pepr-system"],
      };
      for (const { webhooks } of [mutating, validating]) {
        expect(webhooks?.[0]?.namespaceSelector?.matchExpressions).toContainEqual({
          ...leftOut,
          operator: "NotIn",
        });
      }
      const { spec } = rendering.get(
        "ValidatingAdmissionPolicyBinding",
        "gmsa-excluded-namespaces",
      );
      expect(spec).toEqual({
        policyName: "gmsa-excluded-namespaces",
        matchResources: {
          ...DEFAULTS,
          namespaceSelector: {
            matchExpressions: [
              {
                ...leftOut,
                operator: "In",
                // The canary's namespace, if installed: the policy answers there before the webhook
                // is called.
                values: [...leftOut.values, "gmsa-canary-excluded"],
              },
            ],
          },
        },
        validationActions: ["Deny"],
      });
    });
  });

  describe("objects", () => {
    test("all carry the recommended labels, and no selector does", () => {
      const unlabelled = rendering.objects.filter(
        ({ metadata }) =>
          metadata?.labels?.["app.kubernetes.io/name"] !== LABELS["app.kubernetes.io/name"] ||
          metadata.labels["app.kubernetes.io/part-of"] !== LABELS["app.kubernetes.io/part-of"],
      );
      expect(
        unlabelled.map(({ kind, metadata }) => `${kind ?? ""} ${metadata?.name ?? ""}`),
      ).toEqual([]);
      expect(webhook.metadata?.labels).toMatchObject({
        "app.kubernetes.io/version": version,
        "app.kubernetes.io/component": "webhook",
      });
      expect(webhook.spec?.selector).toEqual({ matchLabels: SELECTED });
      const { spec } = rendering.get("Service", "pepr-gmsa");
      expect(spec?.selector).toEqual(SELECTED);
    });

    test("a Pod's labels do not change with the version, which would restart all", () => {
      const labels = rendering.ofDeployments(
        deployment => deployment.spec?.template.metadata?.labels?.["app.kubernetes.io/version"],
      );
      expect(labels).toEqual(rendering.ofDeployments(() => undefined));
    });

    test("none is there twice, and none is a bare Pod", () => {
      const ids = rendering.objects.map(({ apiVersion, kind, metadata }) =>
        [apiVersion, kind, metadata?.namespace, metadata?.name].join(" "),
      );
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
      expect(rendering.all("Pod")).toEqual([]);
    });
  });
});
