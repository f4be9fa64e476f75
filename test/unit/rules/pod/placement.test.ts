import { isForOtherNodes, placementOf, usesOldLabel } from "../../../../rules/pod/placement";
import type { Placement } from "../../../../rules/pod/placement";
import type { NodeTerm, PodLike } from "../../../../rules/pod/windows-options";

const OS = "kubernetes.io/os";
const SELECTOR = ["spec", "nodeSelector"];
const AFFINITY = [
  ...["spec", "affinity", "nodeAffinity"],
  "requiredDuringSchedulingIgnoredDuringExecution",
];
const ANYWHERE: Placement = {
  os: "anywhere",
  path: SELECTOR,
  why: "selects no operating system",
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
  ])("%s", (_what, spec, placement) => {
    expect(placementOf(spec === undefined ? {} : { spec })).toEqual(placement);
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
});

test.each<[string, boolean, Spec | undefined]>([
  ["no spec", false, undefined],
  ["nothing", false, {}],
  ["os.name windows", false, { os: { name: "windows" } }],
  ["os.name linux", true, { os: { name: "linux" } }],
  ["os.name without a value", false, { os: {} }],
  ["os.name that is empty", false, { os: { name: "" } }],
  ["os.name linux alone", true, { os: { name: "linux" }, nodeSelector: { [OS]: "windows" } }],
  ["a label for Windows", false, { nodeSelector: { [OS]: "windows" } }],
  ["a label for Linux", true, { nodeSelector: { [OS]: "linux" } }],
  ["a label alone", true, { os: { name: "windows" }, nodeSelector: { [OS]: "linux" } }],
  ["a label of an administrator", false, { nodeSelector: { agentpool: "lin" } }],
  ["an affinity for no node", true, terms({})],
])("a Pod with %s is for other nodes: %p", (_what, isForOthers, spec) => {
  expect(isForOtherNodes(spec === undefined ? {} : { spec })).toBe(isForOthers);
});

test.each<[string, boolean, Record<string, string> | undefined]>([
  ["no labels", false, undefined],
  ["another label", false, { agentpool: "win" }],
  ["the old label", true, { "beta.kubernetes.io/os": "windows" }],
  ["the label of now", false, { [OS]: "windows" }],
  ["both", false, { [OS]: "windows", "beta.kubernetes.io/os": "windows" }],
])("a node selector with %s has the old one only: %p", (_what, isOld, nodeSelector) => {
  expect(usesOldLabel({ spec: { nodeSelector } })).toBe(isOld);
});

test("a Pod without a spec does not have the old label", () => {
  expect(usesOldLabel({})).toBe(false);
});
