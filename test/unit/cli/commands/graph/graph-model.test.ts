import { dotOf, mermaidOf } from "../../../../../cli/commands/graph/draw";
import { graphOf } from "../../../../../cli/commands/graph/graph-model";
import type { JudgedWorkload } from "../../../../../cli/inspect/state";
import { useBinding, useRole } from "../../../../../rules/rbac/use-grant";
import type { RbacObjects } from "../../../../../rules/rbac/rbac-objects";

function workload(name: string, change: Partial<JudgedWorkload> = {}): JudgedWorkload {
  return {
    ...{ group: "apps", kind: "Deployment", namespace: "shop", name, serviceAccount: "web" },
    ...{ credspecs: ["webapp1"], pods: 1, admission: "admitted", refusals: [], placement: [] },
    ...change,
  };
}

const WEB = { namespace: "shop", name: "web" };
const RBAC: RbacObjects = {
  roles: [],
  clusterRoles: [useRole("webapp1")],
  roleBindings: [
    useBinding("webapp1", WEB),
    useBinding("webapp1", { namespace: "hr", name: "batch" }),
  ],
  clusterRoleBindings: [],
};
const REFUSED = workload("old", {
  ...{ serviceAccount: "legacy", admission: "refused" },
  refusals: [{ reason: "not authorized", credspec: "webapp1" } as JudgedWorkload["refusals"][0]],
});

test("workloads, accounts, grants, and refusals", () => {
  const workloads = [workload("web"), REFUSED];
  const graph = graphOf({ credspecs: ["webapp1"], workloads, rbac: RBAC, namespace: "shop" });
  expect(graph.nodes.map(({ label, kind, isWrong }) => [label, kind, isWrong])).toEqual([
    ["Deployment shop/web", "workload", false],
    ["Deployment shop/old", "workload", true],
    ["shop/legacy", "service account", false],
    ["shop/web", "service account", false],
    ["webapp1", "credential spec", false],
  ]);
  expect(graph.edges.map(({ from, to, kind, label }) => [from, kind, to, label])).toEqual([
    ["workload/Deployment.apps/shop/web", "runs as", "sa/shop/web", ""],
    ["workload/Deployment.apps/shop/web", "uses", "credspec/webapp1", ""],
    ["workload/Deployment.apps/shop/old", "runs as", "sa/shop/legacy", ""],
    ["workload/Deployment.apps/shop/old", "uses", "credspec/webapp1", "not authorized"],
    [
      "sa/shop/web",
      "may use",
      "credspec/webapp1",
      "RoleBinding use-gmsa-webapp1:web in namespace shop",
    ],
  ]);
});

test("accounts of all namespaces, also where nothing runs as them", () => {
  const graph = graphOf({ credspecs: ["webapp1"], workloads: [], rbac: RBAC });
  expect(graph.nodes.map(({ label }) => label)).toEqual(["hr/batch", "shop/web", "webapp1"]);
});

test("of selected workloads, only the objects that they use and their own grants", () => {
  const workloads = [workload("web")];
  const graph = graphOf({
    ...{ credspecs: ["unused", "webapp1"], workloads, rbac: RBAC, namespace: undefined },
    isSelected: true,
  });
  expect(graph.nodes.map(({ label }) => label)).toEqual([
    ...["Deployment shop/web", "shop/web", "webapp1"],
  ]);
  expect(graph.edges.filter(({ kind }) => kind === "may use")).toHaveLength(1);
});

test("a missing credential spec is drawn as wrong, and a group's grant leads to the accounts that use it", () => {
  const everybody = useBinding("gone", WEB);
  everybody.subjects = [
    { kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" },
  ];
  const rbac = { ...RBAC, clusterRoles: [useRole("gone")], roleBindings: [everybody] };
  const graph = graphOf({
    ...{ credspecs: [], rbac },
    workloads: [workload("web", { credspecs: ["gone"] })],
  });
  expect(graph.nodes.at(-1)).toMatchObject({ label: "gone (does not exist)", isWrong: true });
  expect(graph.edges.at(-1)).toMatchObject({ from: "sa/shop/web", kind: "may use" });
});

test("every edge leads from a node to a node", () => {
  const graph = graphOf({
    ...{ credspecs: ["webapp1", "unused"], rbac: RBAC },
    workloads: [workload("web", { credspecs: ["webapp1", "gone"] }), REFUSED],
  });
  const ids = graph.nodes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(graph.edges.filter(({ from, to }) => !ids.includes(from) || !ids.includes(to))).toEqual(
    [],
  );
});

describe("as text", () => {
  const graph = graphOf({ credspecs: ["webapp1"], workloads: [REFUSED], rbac: RBAC });

  test("in Mermaid", () => {
    expect(mermaidOf(graph).split("\n")).toEqual([
      "flowchart LR",
      '  n0["Deployment shop/old"]:::wrong',
      '  n1(["hr/batch"])',
      '  n2(["shop/legacy"])',
      '  n3(["shop/web"])',
      '  n4[["webapp1"]]',
      '  n0 -->|"runs as"| n2',
      '  n0 -.->|"refused: not authorized"| n4',
      '  n3 -->|"may use by RoleBinding use-gmsa-webapp1:web in namespace shop"| n4',
      '  n1 -->|"may use by RoleBinding use-gmsa-webapp1:batch in namespace hr"| n4',
      "  classDef wrong stroke:#c00,stroke-width:2px",
    ]);
  });

  test("in DOT", () => {
    expect(dotOf(graph).split("\n").slice(0, 9)).toEqual([
      "digraph gmsa {",
      "  rankdir=LR;",
      '  n0 [label="Deployment shop/old", shape=box, color=red];',
      '  n1 [label="hr/batch", shape=ellipse];',
      '  n2 [label="shop/legacy", shape=ellipse];',
      '  n3 [label="shop/web", shape=ellipse];',
      '  n4 [label="webapp1", shape=component];',
      '  n0 -> n2 [label="runs as"];',
      '  n0 -> n4 [label="refused: not authorized", style=dashed, color=red];',
    ]);
  });

  test("with characters that have a meaning in each language", () => {
    const odd = {
      nodes: [{ id: "a", kind: "workload" as const, label: 'a "b" \\ #1', isWrong: false }],
      edges: [],
    };
    expect(mermaidOf(odd)).toContain('n0["a #quot;b#quot; \\ #35;1"]');
    expect(dotOf(odd)).toContain(String.raw`[label="a \"b\" \\ #1", shape=box]`);
  });
});
