/** The cases of test/fixtures, on a real API server with real RBAC. */
import type { V1Pod } from "@kubernetes/client-node";

import { describePlace, gmsaPlacesOf } from "../../rules/pod/windows-options";
import type { PodLike } from "../../rules/pod/windows-options";
import { creatableCases } from "../fixtures/admission-case";
import { attachBed } from "../setup/attach-bed";
import { installFixtureCluster, removeFixtureCluster } from "../support/fixture-objects";
import { Objects, REFUSED_BY_WEBHOOK } from "../../testbed/objects/cluster-objects";

const NAMESPACE = "gmsa-cases";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

// The other cases run over HTTPS, in test/process.
const cases = creatableCases(NAMESPACE);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await installFixtureCluster(objects, NAMESPACE);
});

afterAll(async () => {
  await removeFixtureCluster(objects, NAMESPACE);
});

describe("admission on a real API server, case by case", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  test.each(cases)("$title", async ({ pod, oldPod, contents, denials }) => {
    const outcome = await objects.tryPod({ pod, oldPod });

    expect(outcome).toMatchObject(
      denials.length === 0
        ? { admitted: true }
        : { admitted: false, message: `${REFUSED_BY_WEBHOOK}${denials.join(" ")}` },
    );
    expect(outcome.admitted ? contentsOf(outcome.pod) : contents).toEqual(contents);
    expect(outcome.admitted ? markersOf(outcome.pod) : []).toEqual([]);
  });
});

function contentsOf(pod: V1Pod): Record<string, string> {
  return Object.fromEntries(
    gmsaPlacesOf(pod as PodLike).map(place => [
      place.kind === "pod" ? "pod" : describePlace(place),
      place.contents,
    ]),
  );
}

function markersOf(pod: V1Pod): string[] {
  return Object.keys(pod.metadata?.annotations ?? {}).filter(key => key.includes("pepr"));
}
