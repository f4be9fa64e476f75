import type { V1Node } from "@kubernetes/client-node";

import { objectsOfCopy } from "../../../../../cli/commands/conformance/run-objects";
import {
  RUN_LABEL,
  type Case,
  type PlanOptions,
} from "../../../../../cli/commands/conformance/case-model";
import { offeredBy } from "../../../../../cli/commands/conformance/offered";
import {
  CASE_NAMES,
  planOf,
  sameAccountOtherContents,
} from "../../../../../cli/commands/conformance/planned-cases";
import { objectsOf } from "../../../../../cli/commands/conformance/print-plan";
import { casesWithoutNode } from "../../../../../cli/commands/conformance/run-cases";
import { checkCredspec } from "../../../../../rules/credspec/checks/check-credspec";
import type { JsonObject } from "../../../../../rules/json-object";
import { gmsaPlacesOf } from "../../../../../rules/pod/windows-options";
import { validCredspec } from "../../../../../testbed/objects/valid-credspec";
import { windowsNode } from "../../../../e2e/fake-windows-nodes";

const RUN = "0123456789ab";
const OPTIONS: PlanOptions = {
  ...{ run: RUN, namespace: "shop", serviceAccount: "web", credspecName: "webapp1" },
  ...{ credspec: validCredspec(), account: "webapp1", domain: "contoso.com" },
  imageOf: version => `core:${version}`,
};

interface NodeChange {
  ready?: boolean;
  unschedulable?: true;
  taints?: { key: string; value?: string; effect: string }[];
}

function node(name: string, kernelVersion: string, change: NodeChange = {}): V1Node {
  const { ready = true, ...spec } = change;
  const made = windowsNode(name, { kernelVersion }) as { metadata: object; status: object };
  const status = {
    ...made.status,
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
  };
  return { ...made, spec, status };
}

const SERVER_2019 = node("a", "10.0.17763.5936");
const SERVER_2022 = node("b", "10.0.20348.2227");

function planOn(...nodes: V1Node[]): Case[] {
  return planOf(offeredBy(nodes).versions, OPTIONS);
}

describe("versions that nodes offer", () => {
  test("versions from the oldest, with the nodes of each", () => {
    const { versions, unused } = offeredBy([
      SERVER_2022,
      node("c", "10.0.20348.1"),
      SERVER_2019,
      { metadata: { name: "linux" }, status: { nodeInfo: { operatingSystem: "linux" } } } as V1Node,
    ]);
    expect(versions).toMatchObject([
      { name: "2019", nodes: ["a"] },
      { name: "2022", nodes: ["b", "c"] },
    ]);
    expect(versions[1]?.nodeSelector).toEqual({
      "kubernetes.io/os": "windows",
      "node.kubernetes.io/windows-build": "10.0.20348",
    });
    expect(unused).toEqual([]);
  });

  test("nodes that get no Pods, and why", () => {
    const { versions, unused } = offeredBy([
      node("down", "10.0.20348.1", { ready: false }),
      node("cordoned", "10.0.20348.1", { unschedulable: true }),
      node("semi-annual", "10.0.19042.1"),
      node("silent", ""),
    ]);
    expect(versions).toEqual([]);
    expect(unused).toEqual([
      { node: "down", why: "not ready" },
      { node: "cordoned", why: "unschedulable" },
      { node: "semi-annual", why: "other release" },
      { node: "silent", why: "no build" },
    ]);
  });

  test("taints that reserve a node are tolerated once, those of Kubernetes are not", () => {
    const taints = [
      { key: "os", value: "windows", effect: "NoSchedule" },
      { key: "node.kubernetes.io/unreachable", effect: "NoExecute" },
      { key: "reserved", effect: "NoSchedule" },
    ];
    const { versions } = offeredBy([
      node("a", "10.0.26100.1", { taints }),
      node("b", "10.0.26100.1", { taints }),
    ]);
    expect(versions[0]?.tolerations).toEqual([
      { key: "os", operator: "Equal", value: "windows", effect: "NoSchedule" },
      { key: "reserved", operator: "Exists", effect: "NoSchedule" },
    ]);
  });

  test("without the label of the build, one node has to do", () => {
    const unlabelled = node("plain", "10.0.20348.2227");
    unlabelled.metadata = { name: "plain", labels: {} };
    expect(offeredBy([SERVER_2022, unlabelled]).versions).toMatchObject([
      { nodes: ["b"], nodeSelector: { "kubernetes.io/hostname": "b" } },
    ]);
  });
});

describe("the plan", () => {
  test("has every case on every version, and lists versions without a node as skipped", () => {
    const cases = planOn(SERVER_2022, SERVER_2019);
    expect(cases.map(({ id }) => id)).toEqual(
      ["2019", "2022"].flatMap(version => CASE_NAMES.map(name => `${version}/${name}`)),
    );
    expect(casesWithoutNode(cases)).toMatchObject([
      { id: "2025", verdict: "skipped", checks: [{ reason: "no node" }] },
    ]);
  });

  test("each object has the label of the run and a name of its own; namespaced ones are in the namespace", () => {
    const objects = objectsOf(planOn(SERVER_2019, SERVER_2022), RUN);
    const names = objects.map(({ kind = "", metadata }) => `${kind}/${metadata?.name ?? ""}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { kind = "", metadata = {} } of objects) {
      const [name = ""] = (metadata.name ?? "").split(":");
      expect(metadata.labels).toEqual({ [RUN_LABEL]: RUN });
      expect(name).toMatch(new RegExp(`^gmsa-conformance-${RUN}-20(19|22)-.{1,63}$`));
      expect(name.length).toBeLessThanOrEqual(63);
      const isNamespaced = kind === "Pod" || kind === "RoleBinding";
      expect(metadata.namespace).toBe(isNamespaced ? "shop" : undefined);
    }
  });

  test("only copies are changed and revoked, and each case has its own", () => {
    const steps = planOn(SERVER_2022).flatMap(each => each.steps.map(step => ({ ...each, step })));
    const copies = steps.flatMap(({ step }) => (step.do === "copy" ? [step.copy.name] : []));
    expect(copies).toHaveLength(2);
    const touched = steps.flatMap(({ step }) => {
      if (step.do === "change") return [step.copy];
      return step.do === "revoke" ? [step.copy.name] : [];
    });
    expect(touched).toEqual(copies);
    expect(copies).not.toContain(OPTIONS.credspecName);
  });

  test("a copy is granted to the service account alone", () => {
    const copy = { name: "c", namespace: "shop", serviceAccount: "web", credspec: {} };
    const { role, binding } = objectsOfCopy(copy, RUN);
    expect(role.rules).toEqual([
      {
        apiGroups: ["windows.k8s.io"],
        resources: ["gmsacredentialspecs"],
        resourceNames: ["c"],
        verbs: ["use"],
      },
    ]);
    expect(binding).toMatchObject({
      roleRef: { kind: "ClusterRole", name: "c" },
      subjects: [{ kind: "ServiceAccount", name: "web", namespace: "shop" }],
    });
  });

  test("the credential spec is named at one place of each Pod, on the nodes of the version", () => {
    const pods = planOn(SERVER_2022).flatMap(({ id, steps }) =>
      steps.flatMap(step => (step.do === "create" ? step.pods.map(pod => ({ id, pod })) : [])),
    );
    const places = Object.fromEntries(
      pods.map(({ id, pod }) => [id, gmsaPlacesOf(pod).map(({ kind }) => kind)]),
    );
    expect(places).toMatchObject({
      "2022/pod-level": ["pod"],
      "2022/container-level": ["container"],
      "2022/init-container": ["init container"],
      "2022/ephemeral-container": [],
    });
    for (const { pod } of pods) {
      expect(pod.spec).toMatchObject({
        ...{ serviceAccountName: "web", automountServiceAccountToken: false },
        nodeSelector: { "node.kubernetes.io/windows-build": "10.0.20348" },
        containers: [{ image: "core:2022" }],
      });
    }
  });

  test("services are asked about only where they are named", () => {
    const questions = (options: Partial<PlanOptions>): string[] => {
      const { versions } = offeredBy([SERVER_2022]);
      const [first] = planOf(versions, { ...OPTIONS, ...options });
      return (first?.steps ?? []).flatMap(step => (step.do === "ask" ? step.questions : []));
    };
    expect(questions({})).toEqual(["kerberos", "netlogon"]);
    expect(questions({ share: "\\\\a\\b", sql: "c" })).toEqual([
      ...["kerberos", "netlogon", "share", "sql"],
    ]);
  });
});

describe("other contents for the same account", () => {
  const accountsOf = (credspec: JsonObject): unknown[] =>
    (credspec.ActiveDirectoryConfig as { GroupManagedServiceAccounts: unknown[] })
      .GroupManagedServiceAccounts;

  test.each<[string, number]>([
    ["several accounts are turned round", 2],
    ["a single one is there for the other name of the domain, too", 1],
  ])("%s", (_, count) => {
    const credspec = validCredspec();
    const config = credspec.ActiveDirectoryConfig as { GroupManagedServiceAccounts: unknown[] };
    config.GroupManagedServiceAccounts = config.GroupManagedServiceAccounts.slice(0, count);
    const before = structuredClone(credspec);
    const changed = sameAccountOtherContents(credspec);
    expect(credspec).toEqual(before);
    expect(changed).not.toEqual(credspec);
    expect(accountsOf(changed)).toEqual([
      ...(count === 2
        ? [
            { Name: "webapp1", Scope: "CONTOSO" },
            { Name: "webapp1", Scope: "contoso.com" },
          ]
        : [
            { Name: "webapp1", Scope: "contoso.com" },
            { Name: "webapp1", Scope: "CONTOSO" },
          ]),
    ]);
    expect(checkCredspec(changed).filter(({ level }) => level === "error")).toEqual([]);
  });
});
