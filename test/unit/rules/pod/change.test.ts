import { changedPlacesOf, newPlacesOf } from "../../../../rules/pod/change";
import { describePlace } from "../../../../rules/pod/windows-options";
import type { PodLike, SecurityContextHolder } from "../../../../rules/pod/windows-options";

const gmsa: SecurityContextHolder = {
  securityContext: { windowsOptions: { gmsaCredentialSpecName: "webapp1" } },
};

describe("changes of a Pod", () => {
  test("a container that is gone has lost its settings", () => {
    const oldPod: PodLike = { spec: { containers: [{ name: "a" }, { name: "b", ...gmsa }] } };
    const pod: PodLike = { spec: { containers: [{ name: "a" }] } };

    const changes = changedPlacesOf(pod, oldPod);

    expect(changes.map(({ place }) => describePlace(place))).toEqual(['container "b"']);
    expect(changes.map(({ settings }) => settings)).toEqual([["name"]]);
  });

  test("containers are distinguished by name, not by position", () => {
    const oldPod: PodLike = { spec: { containers: [{ name: "a" }, { name: "b", ...gmsa }] } };
    const pod: PodLike = { spec: { containers: [{ name: "b", ...gmsa }, { name: "a" }] } };

    expect(changedPlacesOf(pod, oldPod)).toEqual([]);
  });

  test("a container and an init container of the same name are two places", () => {
    const oldPod: PodLike = { spec: { initContainers: [{ name: "a", ...gmsa }] } };
    const pod: PodLike = {
      spec: {
        initContainers: [{ name: "a", ...gmsa }],
        ephemeralContainers: [{ name: "a", ...gmsa }],
      },
    };

    expect(changedPlacesOf(pod, oldPod)).toEqual([]);
    expect(newPlacesOf(pod, oldPod).map(describePlace)).toEqual(['ephemeral container "a"']);
  });

  test("a second container of the same name neither hides the first nor goes unseen", () => {
    const oldPod: PodLike = { spec: { ephemeralContainers: [{ name: "a" }] } };
    const added: PodLike = {
      spec: { ephemeralContainers: [{ name: "a" }, { name: "a", ...gmsa }] },
    };
    const before: PodLike = {
      spec: { ephemeralContainers: [{ name: "a", ...gmsa }, { name: "a" }] },
    };

    expect(newPlacesOf(added, oldPod).map(describePlace)).toEqual(['ephemeral container "a"']);
    expect(changedPlacesOf(before, oldPod)).toHaveLength(1);
  });

  test("the Pod's name is not part of its place", () => {
    const oldPod: PodLike = { spec: gmsa };
    const pod: PodLike = { metadata: { name: "web" }, spec: gmsa };

    expect(changedPlacesOf(pod, oldPod)).toEqual([]);
    expect(newPlacesOf(pod, oldPod)).toEqual([]);
  });

  test("absent lists, null and empty objects hold no settings", () => {
    const pod = {
      spec: {
        securityContext: null,
        containers: [{ name: "a", securityContext: {} }],
        initContainers: null,
      },
    } as unknown as PodLike;

    expect(newPlacesOf(pod)).toEqual([]);
    expect(newPlacesOf({})).toEqual([]);
  });
});
