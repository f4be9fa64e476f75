/** The cases of Pods, as workloads that create such Pods. */
import { reduceToView } from "../../../webhook/request-view";
import type { ReviewedRequest } from "../../../webhook/request-view";
import type { Cluster } from "../../../rules/credspec/cluster";
import { workloadWarnings } from "../../../capabilities/workload-warnings";
import type { ObjectLike } from "../../../rules/object";
import { admissionCases } from "../../fixtures/admission-case";
import { WORKLOAD_KINDS, workloadOf } from "../../../testbed/objects/workloads";
import type { WorkloadKind } from "../../../testbed/objects/workloads";
import { fixtureCluster } from "../../support/fixture-cluster";

const NAMESPACE = "team-a";
// No answer is late here, even on a busy machine.
const AT_ONCE = { deadlineMs: 60_000, settleMs: 0 };
const metadata = { name: "web", namespace: NAMESPACE };
// A template has neither an old Pod nor ephemeral containers, and Mutate always runs.
const cases = admissionCases(NAMESPACE).filter(
  ({ oldPod, mutated, failing }) =>
    oldPod === undefined && mutated && Object.keys(failing).length === 0,
);

/** The object as the binding receives it. */
function viewOf(object: ObjectLike): ObjectLike {
  const request: ReviewedRequest = { kind: { kind: object.kind }, object, oldObject: object };
  reduceToView(request, { key: "marker", value: "unused" });
  expect(request.oldObject).toBeNull();
  return request.object as ObjectLike;
}

describe.each(Object.keys(WORKLOAD_KINDS) as WorkloadKind[])("a %s", kind => {
  test("there are cases, with warnings and without", () => {
    expect(cases.filter(({ denials }) => denials.length > 0).length).toBeGreaterThan(20);
    expect(cases.filter(({ denials }) => denials.length === 0).length).toBeGreaterThan(10);
    expect(cases.filter(({ templateWarnings: w }) => w.length > 0).length).toBeGreaterThan(10);
  });

  test.each(cases)("is warned about as its Pods would be refused: $title", async fixture => {
    const { pod, denials, templateWarnings } = fixture;
    const workload = viewOf(workloadOf(kind, metadata, pod.spec));
    const write = { workload, namespace: NAMESPACE };
    const told = await workloadWarnings(fixtureCluster(), write, AT_ONCE);
    expect(told).toEqual(
      [
        ...denials.map(sentence => `Pods of this ${kind} would be refused: ${sentence}`),
        ...templateWarnings.map(sentence => `Pods of this ${kind}: ${sentence}`),
        // The Pods of a workload have no names yet.
      ].map(sentence => sentence.replaceAll('pod "p"', "pod")),
    );
  });
});

describe("warnings that are not given", () => {
  const spec = {
    serviceAccountName: "web",
    nodeSelector: { "kubernetes.io/os": "windows" },
    securityContext: { windowsOptions: { gmsaCredentialSpecName: "webapp1" } },
    containers: [{ name: "web" }],
  };
  const write = { workload: workloadOf("Deployment", metadata, spec), namespace: NAMESPACE };

  test.each([{ readCredspec: "the API server failed" }, { mayUse: "the API server failed" }])(
    "that the cluster failed: %p",
    async failing => {
      expect(await workloadWarnings(fixtureCluster(failing), write, AT_ONCE)).toEqual([]);
    },
  );

  test("anything, if the cluster does not answer in time", async () => {
    const hanging: Cluster = {
      readCredspec: () => new Promise(() => undefined),
      mayUse: () => new Promise(() => undefined),
    };
    jest.useFakeTimers();
    try {
      const told = workloadWarnings(hanging, write, AT_ONCE);
      await jest.advanceTimersByTimeAsync(AT_ONCE.deadlineMs);
      expect(await told).toEqual([]);
    } finally {
      jest.useRealTimers();
    }
  });

  test("less of the template than without a cluster", async () => {
    const failing = fixtureCluster({ mayUse: "the API server failed" });
    const everywhere = workloadOf("Deployment", metadata, { ...spec, nodeSelector: {} });
    const told = await workloadWarnings(
      failing,
      { workload: everywhere, namespace: NAMESPACE },
      AT_ONCE,
    );
    expect(told).toEqual([
      'Pods of this Deployment: the Pod uses GMSA, and may be scheduled to a node that is not Windows. Set nodeSelector "kubernetes.io/os: windows".',
    ]);
  });

  test("that a grant is missing which comes a moment later", async () => {
    const answers = fixtureCluster();
    let asked = 0;
    const late: Cluster = {
      readCredspec: name => answers.readCredspec(name),
      mayUse: (account, name) =>
        asked++ < 2
          ? Promise.resolve({ outcome: "denied", reason: "" })
          : answers.mayUse(account, name),
    };
    expect(await workloadWarnings(late, write, AT_ONCE)).toEqual([]);
    expect(asked).toBeGreaterThan(2);
  });

  test("a workload without a template has nothing to be warned about", async () => {
    const empty = { apiVersion: "v1", kind: "ReplicationController", metadata, spec: {} };
    const workload = { workload: viewOf(empty), namespace: NAMESPACE };
    expect(await workloadWarnings(fixtureCluster(), workload, AT_ONCE)).toEqual([]);
  });
});
