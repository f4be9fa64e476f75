/** Facts from the answers of a cluster. test/fixtures/lint/named-nodes.yaml covers facts from manifests. */
import { NOTHING_KNOWN, type NodeFacts } from "../../../../rules/pod/known-nodes";
import { HOST_LABEL } from "../../../../rules/pod/os";
import { namedOf, placementOf } from "../../../../rules/pod/placement";
import type { NodeExpression, PodLike } from "../../../../rules/pod/windows-options";

type Term = "matchExpressions" | "matchFields";

function affine(term: Term, expression: NodeExpression): PodLike {
  const nodeSelectorTerms = [{ [term]: [expression] }];
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms };
  return {
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } },
  };
}

const BY_FIELD = affine("matchFields", { key: "metadata.name", operator: "In", values: ["n-1"] });
const BY_HOST = affine("matchExpressions", { key: HOST_LABEL, operator: "In", values: ["h-1"] });
const NOT_BY_HOST = affine("matchExpressions", {
  ...{ key: HOST_LABEL, operator: "NotIn", values: ["h-1"] },
});
/** A label may have the same name as the field. */
const BY_LABEL = affine("matchExpressions", {
  ...{ key: "metadata.name", operator: "In", values: ["n-1"] },
});

const EMPTY: NodeFacts = {
  runtimeClass: () => "absent",
  node: () => "absent",
  nodesOfHost: () => "absent",
};
const ONE_HOST_ON_TWO_NODES: NodeFacts = {
  ...NOTHING_KNOWN,
  nodesOfHost: () => [{ "kubernetes.io/os": "windows" }, { "kubernetes.io/os": "linux" }],
};

test.each<[string, PodLike, NodeFacts, [string, string]]>([
  [
    "a node by its name",
    { spec: { nodeName: "n-1" } },
    EMPTY,
    ["unknown", "is for node n-1, which does not exist"],
  ],
  [
    "a node by the field",
    BY_FIELD,
    EMPTY,
    ["unknown", "has a node affinity for name of the node In n-1, and node n-1 does not exist"],
  ],
  [
    "one of two nodes by the field",
    affine("matchFields", { key: "metadata.name", operator: "In", values: ["n-1", "n-2"] }),
    EMPTY,
    [
      "unknown",
      "has a node affinity for name of the node In n-1|n-2, and nodes n-1, n-2 do not exist",
    ],
  ],
  [
    "a host",
    BY_HOST,
    EMPTY,
    ["unknown", `has a node affinity for ${HOST_LABEL} In h-1, and host h-1 does not exist`],
  ],
  [
    "a host of two nodes",
    BY_HOST,
    ONE_HOST_ON_TWO_NODES,
    ["anywhere", "selects no operating system"],
  ],
])("%s", (_what, pod, facts, [os, why]) => {
  expect(placementOf(pod, facts)).toMatchObject({ os, why });
});

test("only objects that can decide are looked up", () => {
  const windows = { spec: { nodeName: "n-2", nodeSelector: { "kubernetes.io/os": "windows" } } };
  const twice = { spec: { nodeName: "n-1", nodeSelector: { [HOST_LABEL]: "h-2" } } };
  const pods = [BY_FIELD, BY_HOST, NOT_BY_HOST, BY_LABEL, windows, twice];
  expect(namedOf(pods)).toEqual({ runtimeClasses: [], nodes: ["n-1"], hosts: ["h-1", "h-2"] });
  expect(namedOf(pods, EMPTY)).toEqual({ runtimeClasses: [], nodes: [], hosts: [] });
});
