/** Complete problems of the rule about nodes; test/fixtures/lint has more cases. */
import { checkNodeOs } from "../../../../rules/pod/checks/node-os";
import { NOTHING_KNOWN, type NodeFacts } from "../../../../rules/pod/known-nodes";
import { misspeltOsLabels } from "../../../../rules/pod/placement";
import type { PodLike } from "../../../../rules/pod/windows-options";
import { fieldOf, type Fix, type PodProblem } from "../../../../rules/problem";

const OS = "kubernetes.io/os";
const OLD_OS = "beta.kubernetes.io/os";
const SELECTOR = ["spec", "nodeSelector"];
const securityContext = { windowsOptions: { gmsaCredentialSpecName: "webapp1" } };
const SELECT = `Set nodeSelector "${OS}: windows".`;
const os = { name: "windows" };

type Spec = NonNullable<PodLike["spec"]>;

function problem(
  level: PodProblem["level"],
  path: Fix["path"],
  [text, remedy]: [problem: string, remedy: string],
  edit?: Fix["edit"],
): PodProblem {
  return {
    level,
    reason: "node os",
    places: [{ path, text: fieldOf(path) }],
    problem: text,
    remedy,
    ...(edit === undefined ? {} : { fixes: [{ path, edit }] }),
  };
}

const toWindows = { kind: "value", to: "windows" } as const;
const never = (label: string, value: string): string =>
  `the Pod uses GMSA, and never runs on Windows: it selects nodes with ${label}: ${value}`;
const perhaps = (why: string): string => `unknown whether the Pod runs on Windows: it ${why}`;
const ANYWHERE = "the Pod uses GMSA, and may be scheduled to a node that is not Windows";

test.each<[string, Spec, PodProblem | undefined]>([
  ["the label alone", { nodeSelector: { [OS]: "windows" } }, undefined],
  ["the label and os.name", { os, nodeSelector: { [OS]: "windows" } }, undefined],
  [
    "the label and an empty os.name",
    { os: { name: "" }, nodeSelector: { [OS]: "windows" } },
    undefined,
  ],
  ["two labels", { nodeSelector: { [OS]: "windows", agentpool: "win" } }, undefined],
  ["nothing", {}, problem("warning", SELECTOR, [ANYWHERE, SELECT])],
  [
    "os.name alone",
    { os },
    problem("warning", SELECTOR, [ANYWHERE, `Set nodeSelector "${OS}: windows".`]),
  ],
  [
    "another os.name",
    { os: { name: "linux" }, nodeSelector: { [OS]: "windows" } },
    problem(
      "error",
      ["spec", "os", "name"],
      [
        'a Pod with os.name "linux" may not have Windows options, and so no GMSA cred spec',
        'Set os.name "windows".',
      ],
    ),
  ],
  [
    "os.name in upper case",
    { os: { name: "WINDOWS" } },
    problem(
      "error",
      ["spec", "os", "name"],
      [
        'a Pod with os.name "WINDOWS" may not have Windows options, and so no GMSA cred spec',
        `Set os.name "windows". ${SELECT}`,
      ],
      toWindows,
    ),
  ],
  [
    "os.name that is no text",
    { os: { name: 7 } } as unknown as Spec,
    problem(
      "error",
      ["spec", "os", "name"],
      [
        'a Pod with os.name "7" may not have Windows options, and so no GMSA cred spec',
        `Set os.name "windows". ${SELECT}`,
      ],
    ),
  ],
  [
    "another label",
    { nodeSelector: { [OS]: "linux" } },
    problem("error", [...SELECTOR, OS], [never(OS, "linux"), SELECT]),
  ],
  [
    "the label in another case",
    { nodeSelector: { [OS]: "Windows" } },
    problem("error", [...SELECTOR, OS], [never(OS, "Windows"), SELECT], toWindows),
  ],
  [
    "a label of an administrator, in that case",
    { nodeSelector: { agentpool: "Windows" } },
    problem(
      "information",
      [...SELECTOR, "agentpool"],
      [perhaps("selects nodes with agentpool: Windows"), SELECT],
    ),
  ],
  [
    "the label and a RuntimeClass for Linux",
    { os, nodeSelector: { [OS]: "windows" }, runtimeClassName: "linux" },
    problem(
      "error",
      [...SELECTOR, OS],
      [
        `no node can run the Pod: it selects nodes with ${OS}: windows, and has RuntimeClass linux, which selects nodes with ${OS}: linux`,
        "Remove the fields that select other nodes.",
      ],
    ),
  ],
  [
    "the label and a RuntimeClass for Linux, without os.name",
    { nodeSelector: { [OS]: "windows" }, runtimeClassName: "linux" },
    problem(
      "error",
      [...SELECTOR, OS],
      [
        `no node can run the Pod: it selects nodes with ${OS}: windows, and has RuntimeClass linux, which selects nodes with ${OS}: linux`,
        "Remove the fields that select other nodes.",
      ],
    ),
  ],
  [
    "a RuntimeClass for Linux alone",
    { runtimeClassName: "linux" },
    problem(
      "error",
      ["spec", "runtimeClassName"],
      [
        `the Pod uses GMSA, and never runs on Windows: it has RuntimeClass linux, which selects nodes with ${OS}: linux`,
        `Remove the fields that select other nodes, and set nodeSelector "${OS}: windows".`,
      ],
    ),
  ],
  [
    "the old label for Linux",
    { nodeSelector: { [OLD_OS]: "linux" } },
    problem(
      "error",
      [...SELECTOR, OLD_OS],
      [
        never(OLD_OS, "linux"),
        `Remove the fields that select other nodes, and set nodeSelector "${OS}: windows".`,
      ],
    ),
  ],
  [
    "a node that is unknown",
    { nodeName: "win-1" },
    problem("information", ["spec", "nodeName"], [perhaps("is for node win-1"), SELECT]),
  ],
  [
    "the old label",
    { nodeSelector: { [OLD_OS]: "windows" } },
    {
      ...problem(
        "information",
        [...SELECTOR, OLD_OS],
        [
          `the Pod selects nodes with ${OLD_OS}: windows, a label that has been deprecated since Kubernetes 1.14`,
          `Write ${OS} instead of ${OLD_OS}.`,
        ],
      ),
      fixes: [{ path: [...SELECTOR, OLD_OS], edit: { kind: "key", to: OS } }],
    },
  ],
  ["both labels", { nodeSelector: { [OLD_OS]: "windows", [OS]: "windows" } }, undefined],
])("a Pod with %s", (_what, spec, due) => {
  const linux = {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    scheduling: { nodeSelector: { [OS]: "linux" } },
  };
  const facts: NodeFacts = {
    ...NOTHING_KNOWN,
    runtimeClass: name => (name === "linux" ? linux : undefined),
  };
  expect(checkNodeOs({ spec: { ...spec, securityContext } }, facts)).toEqual(
    due === undefined ? [] : [due],
  );
  expect(checkNodeOs({ spec: { ...spec, securityContext } }, facts, [])).toEqual([]);
  // Without GMSA, it may run anywhere.
  expect(checkNodeOs({ spec }, facts)).toEqual([]);
});

/** A Pod that requires this label of its node. */
function affine(key: string): Spec {
  const matchExpressions = [{ key, operator: "In", values: ["windows"] }];
  const nodeSelectorTerms = [{ matchExpressions }];
  return {
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    },
  };
}

describe("a misspelt label of the operating system", () => {
  const misspelt = "kubernetes.io/OS";
  const path = [...SELECTOR, misspelt];
  const found = { text: fieldOf(path), problem: `the Pod selects nodes with ${misspelt}` };

  test.each<[string, Spec, object | undefined]>([
    [
      "in nodeSelector can be renamed",
      { nodeSelector: { [misspelt]: "windows" } },
      { path, edit: { kind: "key", to: OS } },
    ],
    [
      "beside the right one cannot",
      { nodeSelector: { [misspelt]: "windows", [OS]: "windows" } },
      undefined,
    ],
  ])("%s", (_what, spec, fix) => {
    const [first] = checkNodeOs({ spec: { ...spec, securityContext } });
    expect(first).toMatchObject({
      ...{ level: "warning", places: [{ path, text: found.text }] },
      problem: `${found.problem}, a label that no kubelet sets`,
      remedy: `Did you mean ${OS}?`,
    });
    expect(first?.fixes).toEqual(fix === undefined ? undefined : [fix]);
  });

  test("in a node affinity has no correction", () => {
    const [first] = checkNodeOs({ spec: { ...affine(misspelt), securityContext } });
    expect(first).toMatchObject({ level: "warning", remedy: `Did you mean ${OS}?` });
    expect(first?.fixes).toBeUndefined();
  });

  test("is not reported where nothing is selected", () => {
    expect(misspeltOsLabels({})).toEqual([]);
    expect(misspeltOsLabels({ spec: affine("zone") })).toEqual([]);
  });
});
