import {
  factsOf,
  isForOtherNodes,
  isRuntimeClass,
  namedOf,
  placementOf,
  usesOldLabel,
} from "../../../../rules/pod/placement";
import type { NodeFacts, Placement, RuntimeClassLike } from "../../../../rules/pod/placement";
import type { ObjectLike } from "../../../../rules/object";
import type { NodeTerm, PodLike } from "../../../../rules/pod/windows-options";

const OS = "kubernetes.io/os";
const SELECTOR = ["spec", "nodeSelector"];
const AFFINITY = [
  ...["spec", "affinity", "nodeAffinity"],
  "requiredDuringSchedulingIgnoredDuringExecution",
];
const CLASS = ["spec", "runtimeClassName"];
const NODE = ["spec", "nodeName"];
const ANYWHERE: Placement = {
  os: "anywhere",
  path: SELECTOR,
  why: "selects no operating system",
};

function runtimeClass(
  name: string,
  nodeSelector?: Record<string, string> | null,
): RuntimeClassLike {
  return {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name },
    ...(nodeSelector === undefined ? {} : { scheduling: { nodeSelector } }),
  };
}

function node(name: string, labels?: Record<string, string>): ObjectLike {
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
}

const OBJECTS: ObjectLike[] = [
  runtimeClass("windows", { [OS]: "windows" }),
  runtimeClass("linux", { [OS]: "linux" }),
  runtimeClass("pool", { agentpool: "win" }),
  runtimeClass("empty", null),
  { ...runtimeClass("unscheduled"), scheduling: null } as RuntimeClassLike,
  runtimeClass("anywhere"),
  node("win-1", { [OS]: "windows" }),
  node("lin-1", { [OS]: "linux" }),
  node("bare"),
  node("other", { disk: "ssd" }),
];
const LISTED = factsOf(OBJECTS);
/** What a list of objects shows, and that the cluster has no RuntimeClass `gone`. */
const FACTS: NodeFacts = {
  ...LISTED,
  runtimeClass: name => (name === "gone" ? "absent" : LISTED.runtimeClass(name)),
};

type Spec = NonNullable<PodLike["spec"]>;

function terms(...nodeSelectorTerms: NodeTerm[]): Spec {
  return affinity({ nodeSelectorTerms });
}

function affinity(required: object | null | undefined): Spec {
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
  } as Spec;
}

function expressions(...all: [key: string, operator: string, ...values: string[]][]): NodeTerm {
  return {
    matchExpressions: all.map(([key, operator, ...values]) => ({ key, operator, values })),
  };
}

const selected = (label: string, value: string): Pick<Placement, "path" | "why"> => ({
  path: [...SELECTOR, label],
  why: `selects nodes with ${label}: ${value}`,
});

describe("where a Pod runs", () => {
  test.each<[string, Spec | undefined, Placement]>([
    ["no spec", undefined, ANYWHERE],
    ["nothing that selects", {}, ANYWHERE],
    ["empty fields", { nodeSelector: {}, nodeName: "", runtimeClassName: "" }, ANYWHERE],
    [
      "fields that are null",
      { nodeSelector: null, nodeName: null, runtimeClassName: null } as unknown as Spec,
      ANYWHERE,
    ],
    [
      "a label for Windows",
      { nodeSelector: { [OS]: "windows" } },
      { os: "windows", ...selected(OS, "windows") },
    ],
    [
      "a label for Linux",
      { nodeSelector: { [OS]: "linux" } },
      { os: "linux", ...selected(OS, "linux") },
    ],
    [
      "the label that decides, after one that does not",
      { nodeSelector: { "topology.kubernetes.io/zone": "a", [OS]: "linux" } },
      { os: "linux", ...selected(OS, "linux") },
    ],
    [
      "the label that decides for Windows, after one that does not",
      { nodeSelector: { agentpool: "win", [OS]: "windows" } },
      { os: "windows", ...selected(OS, "windows") },
    ],
    ["a label of all nodes", { nodeSelector: { "topology.kubernetes.io/zone": "a" } }, ANYWHERE],
    [
      "a label of an administrator",
      { nodeSelector: { "kubernetes.io/arch": "amd64", agentpool: "win" } },
      { os: "unknown", ...selected("agentpool", "win") },
    ],
    [
      "labels that contradict each other, each once, with those that decide alone",
      { nodeSelector: { agentpool: "a", [OS]: "windows", "beta.kubernetes.io/os": "linux" } },
      {
        os: "none",
        path: [...SELECTOR, OS],
        why: `selects nodes with ${OS}: windows, and selects nodes with beta.kubernetes.io/os: linux`,
      },
    ],
    [
      "a label for Windows, and a RuntimeClass that the cluster does not have",
      { nodeSelector: { [OS]: "windows" }, runtimeClassName: "gone" },
      {
        os: "none",
        path: [...SELECTOR, OS],
        why: `selects nodes with ${OS}: windows, and has RuntimeClass gone, which does not exist`,
      },
    ],
  ])("%s", (_what, spec, placement) => {
    expect(placementOf(spec === undefined ? {} : { spec }, FACTS)).toEqual(placement);
  });

  const linux: [string, string, string] = [OS, "In", "linux"];
  const windows: [string, string, string] = [OS, "In", "windows"];

  test.each<[string, Spec, Placement]>([
    ["none that is required", { affinity: {} }, ANYWHERE],
    ["null", affinity(null), ANYWHERE],
    ["undefined", affinity(undefined), ANYWHERE],
    ["no terms", affinity({}), { os: "unknown", path: AFFINITY, why: "has a node affinity" }],
    ["an empty list", terms(), { os: "unknown", path: AFFINITY, why: "has a node affinity" }],
    [
      "terms that are null",
      affinity({ nodeSelectorTerms: null }),
      { os: "unknown", path: AFFINITY, why: "has a node affinity" },
    ],
    [
      "a term without requirements, which matches no node",
      terms({}),
      { os: "none", path: AFFINITY, why: "has a node affinity for no node" },
    ],
    [
      "such a term beside another",
      terms({ matchExpressions: null, matchFields: null }, expressions(windows)),
      { os: "windows", path: AFFINITY, why: `has a node affinity for no node or ${OS} In windows` },
    ],
    [
      "Linux",
      terms(expressions(linux)),
      { os: "linux", path: AFFINITY, why: `has a node affinity for ${OS} In linux` },
    ],
    ["both in one requirement", terms(expressions([OS, "In", "windows", "linux"])), ANYWHERE],
    ["both in two terms", terms(expressions(windows), expressions(linux)), ANYWHERE],
    [
      "both in one term, so that no node can match",
      terms(expressions(windows, linux)),
      {
        os: "none",
        path: AFFINITY,
        why: `has a node affinity for ${OS} In windows and ${OS} In linux`,
      },
    ],
    [
      "a label of an administrator, with several values",
      terms(expressions(["agentpool", "In", "a", "b"])),
      { os: "unknown", path: AFFINITY, why: "has a node affinity for agentpool In a|b" },
    ],
    [
      "such a label beside one that all nodes have, in one term",
      terms(expressions(["topology.kubernetes.io/zone", "In", "a"], ["agentpool", "Exists"])),
      {
        os: "unknown",
        path: AFFINITY,
        why: "has a node affinity for topology.kubernetes.io/zone In a and agentpool Exists",
      },
    ],
    [
      "such a label in one term, and one that all nodes have in another",
      terms(
        expressions(["agentpool", "Exists"]),
        expressions(["topology.kubernetes.io/zone", "Exists"]),
      ),
      ANYWHERE,
    ],
    [
      "Windows in one term, and such a label in another",
      terms(expressions(windows), expressions(["agentpool", "Exists"])),
      {
        os: "unknown",
        path: AFFINITY,
        why: `has a node affinity for ${OS} In windows or agentpool Exists`,
      },
    ],
    [
      "a requirement without values",
      terms({ matchExpressions: [{ key: "agentpool", operator: "Exists", values: null }] }),
      { os: "unknown", path: AFFINITY, why: "has a node affinity for agentpool Exists" },
    ],
    [
      "the name of a node",
      terms({ matchFields: [{ key: "metadata.name", operator: "In", values: ["win-9"] }] }),
      {
        os: "unknown",
        path: AFFINITY,
        why: "has a node affinity for name of the node In win-9",
      },
    ],
  ])("by an affinity for %s", (_what, spec, placement) => {
    expect(placementOf({ spec })).toEqual(placement);
  });

  test.each<[string, Spec, Placement]>([
    [
      "a RuntimeClass for Windows",
      { runtimeClassName: "windows" },
      {
        os: "windows",
        path: CLASS,
        why: `has RuntimeClass windows, which selects nodes with ${OS}: windows`,
      },
    ],
    [
      "a RuntimeClass for Linux",
      { runtimeClassName: "linux" },
      {
        os: "linux",
        path: CLASS,
        why: `has RuntimeClass linux, which selects nodes with ${OS}: linux`,
      },
    ],
    [
      "a RuntimeClass with a label of an administrator",
      { runtimeClassName: "pool" },
      {
        os: "unknown",
        path: CLASS,
        why: "has RuntimeClass pool, which selects nodes with agentpool: win",
      },
    ],
    ["a RuntimeClass whose selector is null", { runtimeClassName: "empty" }, ANYWHERE],
    ["a RuntimeClass whose scheduling is null", { runtimeClassName: "unscheduled" }, ANYWHERE],
    ["a RuntimeClass that selects nothing", { runtimeClassName: "anywhere" }, ANYWHERE],
    [
      "a RuntimeClass that is unknown",
      { runtimeClassName: "new" },
      { os: "unknown", path: CLASS, why: "has RuntimeClass new, which may select nodes" },
    ],
    [
      "a RuntimeClass that the cluster does not have",
      { runtimeClassName: "gone" },
      { os: "none", path: CLASS, why: "has RuntimeClass gone, which does not exist" },
    ],
    [
      "a node with Windows",
      { nodeName: "win-1" },
      { os: "windows", path: NODE, why: `is for node win-1, which has ${OS}: windows` },
    ],
    [
      "a node with Linux",
      { nodeName: "lin-1" },
      { os: "linux", path: NODE, why: `is for node lin-1, which has ${OS}: linux` },
    ],
    [
      "a node that is unknown",
      { nodeName: "new" },
      { os: "unknown", path: NODE, why: "is for node new" },
    ],
    [
      "a node without labels",
      { nodeName: "bare" },
      { os: "unknown", path: NODE, why: "is for node bare" },
    ],
    [
      "a node without that label",
      { nodeName: "other" },
      { os: "unknown", path: NODE, why: "is for node other" },
    ],
  ])("by %s", (_what, spec, placement) => {
    expect(placementOf({ spec }, FACTS)).toEqual(placement);
  });
});

test.each<[string, Spec | undefined, boolean]>([
  ["no spec", undefined, false],
  ["nothing", {}, false],
  ["os.name windows", { os: { name: "windows" } }, false],
  ["os.name linux", { os: { name: "linux" } }, true],
  ["os.name without a value", { os: {} }, false],
  ["os.name that is empty", { os: { name: "" } }, false],
  [
    "os.name linux and a label for Windows",
    { os: { name: "linux" }, nodeSelector: { [OS]: "windows" } },
    true,
  ],
  ["a label for Windows", { nodeSelector: { [OS]: "windows" } }, false],
  ["a label for Linux", { nodeSelector: { [OS]: "linux" } }, true],
  [
    "os.name windows and a label for Linux",
    { os: { name: "windows" }, nodeSelector: { [OS]: "linux" } },
    true,
  ],
  ["a label of an administrator", { nodeSelector: { agentpool: "lin" } }, false],
  ["a contradiction", terms({}), true],
  ["a RuntimeClass for Linux", { runtimeClassName: "linux" }, true],
])("a Pod with %s is for other nodes than Windows: %3$s", (_what, spec, isForOthers) => {
  expect(isForOtherNodes(spec === undefined ? {} : { spec }, FACTS)).toBe(isForOthers);
});

test("without facts, a RuntimeClass and a node are for any nodes", () => {
  expect(isForOtherNodes({ spec: { runtimeClassName: "linux", nodeName: "lin-1" } })).toBe(false);
});

describe("which RuntimeClasses and nodes are still to be looked up", () => {
  const pods: PodLike[] = [
    {},
    { spec: {} },
    { spec: { runtimeClassName: "b", nodeName: "m" } },
    { spec: { runtimeClassName: "a", nodeName: "" } },
    { spec: { runtimeClassName: "b", nodeName: "n" } },
    { spec: { runtimeClassName: null, nodeName: "m" } },
    // They run on Windows, whatever the RuntimeClass and the node are.
    { spec: { runtimeClassName: "c", nodeName: "o", nodeSelector: { [OS]: "windows" } } },
  ];

  test("those that Pods name, each once, of Pods that may run elsewhere", () => {
    expect(namedOf(pods)).toEqual({ runtimeClasses: ["b", "a"], nodes: ["m", "n"] });
  });

  test("and that are not known yet", () => {
    const facts = factsOf([runtimeClass("b"), node("n", {})]);
    expect(namedOf(pods, facts)).toEqual({ runtimeClasses: ["a"], nodes: ["m"] });
  });

  test("none of no Pods", () => {
    expect(namedOf([])).toEqual({ runtimeClasses: [], nodes: [] });
  });
});

describe("facts from manifests", () => {
  test("are RuntimeClasses and nodes by name", () => {
    expect(LISTED.runtimeClass("linux")).toEqual(runtimeClass("linux", { [OS]: "linux" }));
    expect(LISTED.nodeLabels("win-1")).toEqual({ [OS]: "windows" });
  });

  test.each<[string, ObjectLike]>([
    ["a Node of another group", { ...node("x", {}), apiVersion: "example.com/v1" }],
    ["another kind", { ...node("x", {}), kind: "Pod" }],
    ["a RuntimeClass of another group", { ...runtimeClass("x"), apiVersion: "example.com/v1" }],
    ["another kind of that group", { ...runtimeClass("x"), kind: "Runtime" }],
    ["a Node without metadata", { apiVersion: "v1", kind: "Node" }],
    ["a RuntimeClass without metadata", { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass" }],
  ])("are none from %s", (_what, object) => {
    const { runtimeClass: classNamed, nodeLabels } = factsOf([object]);
    expect([classNamed("x"), nodeLabels("x")]).toEqual([undefined, undefined]);
  });

  test("a node without labels has none", () => {
    expect(factsOf([{ apiVersion: "v1", kind: "Node" }]).nodeLabels("")).toBeUndefined();
  });

  test.each([
    ["node.k8s.io/v1", "RuntimeClass", true],
    ["node.k8s.io/v1beta1", "RuntimeClass", true],
    ["node.k8s.io/v1", "Runtime", false],
    ["example.com/v1", "RuntimeClass", false],
    ["v1", "RuntimeClass", false],
  ])("%s %s is a RuntimeClass: %p", (apiVersion, kind, is) => {
    expect(isRuntimeClass({ apiVersion, kind })).toBe(is);
  });
});

test.each<[string, Record<string, string> | undefined, boolean]>([
  ["no labels", undefined, false],
  ["another label", { agentpool: "win" }, false],
  ["the old label", { "beta.kubernetes.io/os": "windows" }, true],
  ["the label of now", { [OS]: "windows" }, false],
  ["both", { [OS]: "windows", "beta.kubernetes.io/os": "windows" }, false],
])("a node selector with %s has the old one only: %3$s", (_what, nodeSelector, isOld) => {
  expect(usesOldLabel({ spec: { nodeSelector } })).toBe(isOld);
  expect(usesOldLabel({})).toBe(false);
});
