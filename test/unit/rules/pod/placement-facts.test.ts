/** Facts about a cluster determine where a Pod with a RuntimeClass or a node runs. */
import { factsOf, isRuntimeClass } from "../../../../rules/pod/known-nodes";
import type { NodeFacts, RuntimeClassLike } from "../../../../rules/pod/known-nodes";
import { isForOtherNodes, namedOf, placementOf } from "../../../../rules/pod/placement";
import type { Placement } from "../../../../rules/pod/placement";
import type { ObjectLike } from "../../../../rules/object";
import type { PodLike } from "../../../../rules/pod/windows-options";

const OS = "kubernetes.io/os";
const SELECTOR = ["spec", "nodeSelector"];
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
/** Facts from a list of objects, and that the cluster does not have a RuntimeClass `gone`. */
const FACTS: NodeFacts = {
  ...LISTED,
  runtimeClass: name => (name === "gone" ? "absent" : LISTED.runtimeClass(name)),
};

type Spec = NonNullable<PodLike["spec"]>;

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
  [
    "a RuntimeClass that the cluster does not have, beside a label for Windows",
    { nodeSelector: { [OS]: "windows" }, runtimeClassName: "gone" },
    {
      os: "none",
      path: [...SELECTOR, OS],
      why: `selects nodes with ${OS}: windows, and has RuntimeClass gone, which does not exist`,
    },
  ],
])("by %s", (_what, spec, placement) => {
  expect(placementOf({ spec }, FACTS)).toEqual(placement);
});

test("without facts, a RuntimeClass and a node are for any nodes", () => {
  const pod: PodLike = { spec: { runtimeClassName: "linux", nodeName: "lin-1" } };
  expect(isForOtherNodes(pod)).toBe(false);
  expect(isForOtherNodes(pod, FACTS)).toBe(true);
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
    expect(namedOf(pods)).toEqual({ runtimeClasses: ["b", "a"], nodes: ["m", "n"], hosts: [] });
  });

  test("and that are not known yet", () => {
    const facts = factsOf([runtimeClass("b"), node("n", {})]);
    expect(namedOf(pods, facts)).toEqual({ runtimeClasses: ["a"], nodes: ["m"], hosts: [] });
  });

  test("none without Pods", () => {
    expect(namedOf([])).toEqual({ runtimeClasses: [], nodes: [], hosts: [] });
  });
});
describe("facts from manifests", () => {
  test("are RuntimeClasses and nodes by name", () => {
    expect(LISTED.runtimeClass("linux")).toEqual(runtimeClass("linux", { [OS]: "linux" }));
    expect(LISTED.node("win-1")).toEqual({ [OS]: "windows" });
  });

  test.each<[string, ObjectLike]>([
    ["a Node of another group", { ...node("x", {}), apiVersion: "example.com/v1" }],
    ["another kind", { ...node("x", {}), kind: "Pod" }],
    ["a RuntimeClass of another group", { ...runtimeClass("x"), apiVersion: "example.com/v1" }],
    ["another kind of that group", { ...runtimeClass("x"), kind: "Runtime" }],
    ["a Node without metadata", { apiVersion: "v1", kind: "Node" }],
    ["a RuntimeClass without metadata", { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass" }],
  ])("are none from %s", (_what, object) => {
    const { runtimeClass: classNamed, node: nodeNamed } = factsOf([object]);
    expect([classNamed("x"), nodeNamed("x")]).toEqual([undefined, undefined]);
  });

  test("a node without labels has none", () => {
    expect(factsOf([{ apiVersion: "v1", kind: "Node" }]).node("")).toEqual({});
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
