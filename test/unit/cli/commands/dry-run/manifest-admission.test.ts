/** From manifests alone, a Pod gets the same result as in a cluster: the cases of test/fixtures. */
import { describePlace, gmsaPlacesOf } from "../../../../../rules/pod/windows-options";
import { ManifestAdmission } from "../../../../../cli/commands/dry-run/backends";
import { resultOf } from "../../../../../cli/commands/dry-run/dry-run-result";
import { podsUnderTestIn } from "../../../../../cli/commands/dry-run/pod-under-test";
import type { ObjectLike } from "../../../../../rules/object";
import { parseManifests } from "../../../../../cli/manifests/manifests";
import { creatableCases } from "../../../../fixtures/admission-case";
import { clusterManifests } from "../../../../fixtures/cluster-manifests";
import { barePodUnderTest, podUnderTest } from "./pods-under-test";
import { sentence } from "../../../../../rules/problem";

const NAMESPACE = "team-a";
const admission = new ManifestAdmission(clusterManifests(NAMESPACE), NAMESPACE);
const cases = creatableCases(NAMESPACE);
const NAMED = { windowsOptions: { gmsaCredentialSpecName: "webapp1" } };
const WEB = { serviceAccountName: "web", containers: [{ name: "c" }], securityContext: NAMED };

function workload(apiVersion: string, kind: string, spec: object, name = "w"): object {
  return { apiVersion, kind, metadata: { name }, spec };
}

describe("admission by manifests, case by case", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  test.each(cases)("$title", async ({ pod, contents, denials }) => {
    const tried = barePodUnderTest(pod);
    const result = resultOf(tried, await admission.admit(tried));

    expect(result.refusals.map(sentence)).toEqual(denials);
    expect(result.outcome).toBe(denials.length === 0 ? "admitted" : "refused");
    const found = Object.fromEntries(
      result.places.flatMap(({ place, contents: text }) =>
        text === undefined ? [] : [[place, text]],
      ),
    );
    expect(denials.length === 0 ? found : contents).toEqual(contents);
  });
});

describe("workloads", () => {
  test.each([
    ["Deployment", workload("apps/v1", "Deployment", { template: { spec: WEB } })],
    ["StatefulSet", workload("apps/v1", "StatefulSet", { template: { spec: WEB } })],
    ["DaemonSet", workload("apps/v1", "DaemonSet", { template: { spec: WEB } })],
    ["ReplicaSet", workload("apps/v1", "ReplicaSet", { template: { spec: WEB } })],
    ["ReplicationController", workload("v1", "ReplicationController", { template: { spec: WEB } })],
    ["Job", workload("batch/v1", "Job", { template: { spec: WEB } })],
    [
      "CronJob",
      workload("batch/v1", "CronJob", { jobTemplate: { spec: { template: { spec: WEB } } } }),
    ],
  ])("the Pods of a %s are tried", async (kind, object) => {
    const tried = podUnderTest(object, NAMESPACE);
    expect(resultOf(tried, await admission.admit(tried))).toMatchObject({
      workload: `${kind}/w`,
      namespace: NAMESPACE,
      serviceAccount: "web",
      outcome: "admitted",
      places: [{ place: "pod", credspec: "webapp1", result: "filled in" }],
    });
  });

  test("a place is distinguished from another that is refused, and the Pod is refused", async () => {
    const spec = {
      ...WEB,
      containers: [
        { name: "bad", securityContext: { windowsOptions: { gmsaCredentialSpecName: "absent" } } },
      ],
    };
    const tried = podUnderTest(
      workload("apps/v1", "Deployment", { template: { spec } }),
      NAMESPACE,
    );
    expect(resultOf(tried, await admission.admit(tried))).toMatchObject({
      outcome: "refused",
      places: [
        { place: "pod", result: "passed" },
        { place: 'container "bad"', result: "no such credspec" },
      ],
    });
  });

  test("the Pod that is given stays as it is", async () => {
    const object = workload("apps/v1", "Deployment", { template: { spec: WEB } });
    const before = structuredClone(object);
    await admission.admit(podUnderTest(object, NAMESPACE));
    expect(object).toEqual(before);
  });

  test("a name in a template is ignored: controllers name their Pods themselves", () => {
    const template = { metadata: { name: "ignored" }, spec: WEB };
    const { pod } = podUnderTest(workload("apps/v1", "Deployment", { template }));
    expect(gmsaPlacesOf(pod).map(describePlace)).toEqual(["pod"]);
  });

  test("the deprecated field of the service account counts where the other is empty", () => {
    const spec = { containers: [], serviceAccount: "old" };
    expect(barePodUnderTest({ metadata: { name: "p" }, spec }).serviceAccount).toBe("old");
    expect(
      barePodUnderTest({ metadata: { name: "p" }, spec: { ...spec, serviceAccountName: "new" } })
        .serviceAccount,
    ).toBe("new");
  });

  test("workloads without GMSA settings are counted, objects that create no Pods are not", () => {
    const { manifests } = parseManifests({
      name: "all.yaml",
      text: `
apiVersion: v1
kind: Pod
metadata: { generateName: p- }
spec: { containers: [{ name: c, securityContext: { windowsOptions: { gmsaCredentialSpecName: x } } }] }
---
apiVersion: v1
kind: Pod
metadata: { name: plain }
spec: { containers: [] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
`,
    });
    const { podsUnderTest, withoutGmsa } = podsUnderTestIn(manifests, "shop");
    expect(podsUnderTest.map(({ workload: what }) => what)).toEqual(["Pod/p-*"]);
    expect(podsUnderTest[0]).toMatchObject({ namespace: "shop", serviceAccount: "default" });
    expect(podsUnderTest[0]?.lineOf()).toBe(2);
    expect(withoutGmsa).toBe(1);
  });
});

describe("namespaces that the webhook does not look at", () => {
  const inNamespace = (namespace: string): object => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace },
    spec: {
      ...WEB,
      initContainers: [{ name: "i", securityContext: NAMED }],
    },
  });
  const outcomeIn = async (objects: ObjectLike[], namespace: string): Promise<unknown> => {
    const tried = podUnderTest(inNamespace(namespace));
    return (await new ManifestAdmission(objects, "default").admit(tried)).refusals[0]?.reason;
  };

  test.each(["kube-system", "pepr-system"])("%s is one of them", async namespace => {
    const tried = podUnderTest(inNamespace(namespace));
    const { refusals } = await admission.admit(tried);
    expect(refusals.map(sentence)).toEqual([
      `GMSA cannot be used in namespace "${namespace}" (pod, container "i"): the webhook that ` +
        "checks GMSA settings does not cover it. Use another namespace.",
    ]);
    expect(resultOf(tried, { refusals, pod: undefined }).places).toEqual([
      { place: "pod", credspec: "webapp1", result: "namespace excluded" },
      { place: 'init container "i"', credspec: "webapp1", result: "namespace excluded" },
    ]);
  });

  test("a Pod without GMSA is admitted there", async () => {
    const tried = barePodUnderTest({
      metadata: { name: "p", namespace: "kube-system" },
      spec: { containers: [] },
    });
    expect(await admission.admit(tried)).toMatchObject({ refusals: [] });
  });

  test("the policy's bindings among the manifests select them, by labels of namespaces", async () => {
    const binding = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: "gmsa-excluded-namespaces" },
      spec: {
        policyName: "gmsa-excluded-namespaces",
        matchResources: {
          namespaceSelector: {
            matchExpressions: [{ key: "gmsa.pepr.dev/opt-out", operator: "Exists" }],
          },
        },
        validationActions: ["Deny"],
      },
    };
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop", labels: { "gmsa.pepr.dev/opt-out": "" } },
    };
    expect(await outcomeIn([binding, namespace], "shop")).toBe("namespace excluded");
    expect(await outcomeIn([namespace], "shop")).toBe("not authorized");
    expect(await outcomeIn([binding], "kube-system")).toBe("not authorized");
  });
});
