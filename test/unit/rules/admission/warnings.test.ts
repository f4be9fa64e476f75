/** Warnings about Pods that the cases in test/fixtures do not cover. */
import { kubectlWarnings, podWarnings } from "../../../../rules/admission/warnings";
import type { ContainerLike, PodLike } from "../../../../rules/pod/windows-options";

function hostProcess(name: string, gmsaCredentialSpecName?: string): ContainerLike {
  const windowsOptions = { hostProcess: true, gmsaCredentialSpecName };
  return { name, securityContext: { windowsOptions } };
}

describe("warnings about a Pod", () => {
  const nodeSelector = { "kubernetes.io/os": "windows" };

  test("of ephemeral containers that are added, those that are there are left out", () => {
    const spec = { nodeSelector, containers: [hostProcess("web", "webapp1")] };
    const oldPod: PodLike = {
      spec: { ...spec, ephemeralContainers: [hostProcess("first", "webapp1")] },
    };
    const pod: PodLike = {
      // A user who adds one is warned, even if a controller created the Pod.
      metadata: { ownerReferences: [{ kind: "ReplicaSet", name: "web", controller: true }] },
      spec: {
        ...spec,
        ephemeralContainers: [hostProcess("first", "webapp1"), hostProcess("second", "webapp1")],
      },
    };
    const [warning, ...others] = podWarnings({ pod, oldPod });
    expect(warning).toContain('(ephemeral container "second")');
    expect(others).toEqual([]);
    expect(podWarnings({ pod: oldPod, oldPod })).toEqual([]);
  });

  test("informational findings cause none, and neither does an empty Pod", () => {
    const [container] = [hostProcess("web", "webapp1")];
    const hint = { nodeSelector: { agentpool: "win" }, containers: [{ ...container, name: "a" }] };
    expect(podWarnings({ pod: { spec: hint } })).toHaveLength(1);
    const plain = {
      name: "a",
      securityContext: { windowsOptions: { gmsaCredentialSpecName: "x" } },
    };
    expect(podWarnings({ pod: { spec: { ...hint, containers: [plain] } } })).toEqual([]);
    expect(podWarnings({ pod: {}, oldPod: {} })).toEqual([]);
  });

  test("however many containers it is about, a sentence is passed on", () => {
    const names = Array.from({ length: 500 }, (_, index) => `${"c".repeat(59)}${index}`);
    const pod: PodLike = {
      spec: { nodeSelector, containers: names.map(name => hostProcess(name, "webapp1")) },
    };
    const warnings = kubectlWarnings(podWarnings({ pod }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`container "${names[9]}", and 490 more)`);
    expect(warnings[0]).not.toContain(`"${names[10]}"`);
  });
});
