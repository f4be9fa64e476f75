import type { Denial } from "../../../rules/admission/denial";
import type { PodLike } from "../../../rules/pod/windows-options";
import { describeRefusal } from "../../../telemetry/refusal-log";

const serviceAccount = { namespace: "shop", name: "web" };

function denial(reason: Denial["reason"]): Denial {
  return { level: "error", reason, places: [], problem: "p", remedy: "r." };
}

function named(name: string): { securityContext: { windowsOptions: object } } {
  const windowsOptions = { gmsaCredentialSpecName: name, gmsaCredentialSpec: '{"secret":1}' };
  return { securityContext: { windowsOptions } };
}

describe("the log line of a refused Pod", () => {
  test("names the credential specs of all places once, and each reason once", () => {
    const pod: PodLike = {
      spec: {
        ...named("a"),
        containers: [{ name: "c", ...named("b") }],
        initContainers: [{ name: "i", ...named("a") }],
        ephemeralContainers: [{ name: "e", ...named("c") }, { name: "none" }],
      },
    };
    const denials = [
      denial("not authorized"),
      denial("no such credspec"),
      denial("not authorized"),
    ];

    expect(describeRefusal({ pod, serviceAccount }, denials)).toEqual({
      namespace: "shop",
      owner: { kind: "Pod", name: "" },
      serviceAccount: "web",
      credspecs: ["a", "b", "c"],
      reasons: ["not authorized", "no such credspec"],
    });
  });

  test("names the owner that controls the Pod, not any owner", () => {
    const pod: PodLike = {
      metadata: {
        name: "web-1",
        ownerReferences: [
          { kind: "ConfigMap", name: "notes" },
          { kind: "ReplicaSet", name: "web", controller: true },
        ],
      },
    };
    expect(describeRefusal({ pod, serviceAccount }, []).owner).toEqual({
      kind: "ReplicaSet",
      name: "web",
    });
  });

  test("names a Pod without a controller", () => {
    const own = { pod: { metadata: { name: "web-1" } }, serviceAccount };
    expect(describeRefusal(own, []).owner).toEqual({ kind: "Pod", name: "web-1" });
  });

  test.each([
    { kind: "ReplicaSet", name: "a text\nof its creator's choice" },
    { kind: "ReplicaSet", name: "a".repeat(100_000) },
    { kind: "any text", name: "web" },
    { kind: "K".repeat(100_000), name: "web" },
    { kind: "ReplicaSet", name: null },
  ])("names the Pod if its owner has no valid name", owner => {
    const metadata = { name: "web-1", ownerReferences: [{ ...owner, controller: true }] };
    const pod = { metadata } as unknown as PodLike;
    expect(describeRefusal({ pod, serviceAccount }, []).owner).toEqual({
      kind: "Pod",
      name: "web-1",
    });
  });

  test("names at most 32 credential specs, with valid names", () => {
    const containers = Array.from({ length: 40 }, (_, index) => ({
      name: `c${index}`,
      ...named(`spec-${index}`),
    }));
    const pod: PodLike = { spec: { ...named("Not A Name"), containers } };
    const { credspecs } = describeRefusal({ pod, serviceAccount }, []);
    expect(credspecs).toHaveLength(32);
    expect(credspecs).not.toContain("Not A Name");
  });

  test("names no contents", () => {
    const pod: PodLike = { spec: named("a") };
    expect(JSON.stringify(describeRefusal({ pod, serviceAccount }, []))).not.toContain("secret");
  });
});
