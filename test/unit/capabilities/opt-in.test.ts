/** The admission helpers for Pods, tested through the patch that the API server receives. */
import { applyPatch, compare } from "fast-json-patch";
import type { Operation } from "fast-json-patch";

import { PodHelper } from "../../../capabilities/opt-in";
import { findInlinings } from "../../../rules/admission/review";
import { podWarnings } from "../../../rules/admission/warnings";
import type { Namespaces } from "../../../rules/opt-in/choice";
import type { PodLike } from "../../../rules/pod/windows-options";
import { reduceToView } from "../../../webhook/request-view";
import { helpedPod, helperCases } from "../../fixtures/helper-case";
import type { HelperCase } from "../../fixtures/helper-case";
import { fixtureCluster } from "../../support/fixture-cluster";

const NAMESPACE = "team-a";
const cases = helperCases(NAMESPACE);
const ASKING = { NAMESPACE_ANNOTATIONS: "true" };

function namespacesWith(annotations: Record<string, string>): () => Namespaces {
  return () => ({ annotationsOf: () => Promise.resolve({ outcome: "found", annotations }) });
}

function nobodyAsks(): Namespaces {
  throw new Error("namespaces are asked although they are not to be");
}

/**
 * Runs Mutate on the view as Pepr creates it and returns the patch; pepr-processors.test.ts tests
 * Pepr's own patch.
 */
async function mutationOf(
  { pod, oldPod }: Pick<HelperCase, "pod" | "oldPod">,
  helper: PodHelper,
): Promise<Operation[]> {
  const request = {
    kind: { kind: "Pod" },
    object: structuredClone<PodLike>(pod),
    oldObject: structuredClone<PodLike | undefined>(oldPod),
  };
  reduceToView(request, { key: "marker", value: "" });
  const before = structuredClone(request.object);
  const review = {
    pod: request.object,
    oldPod: request.oldObject,
    serviceAccount: { namespace: NAMESPACE, name: "web" },
  };
  const [, inlinings] = await Promise.all([
    helper.help(review, "u"),
    findInlinings(fixtureCluster(), review),
  ]);
  for (const { place, contents } of inlinings) {
    place.options.gmsaCredentialSpec = contents;
  }
  return compare(before, request.object);
}

function helperOf({ namespace, environment }: HelperCase): PodHelper {
  return namespace === undefined
    ? new PodHelper(environment, nobodyAsks)
    : new PodHelper({ ...environment, ...ASKING }, namespacesWith(namespace));
}

describe("settings that Pods get, case by case", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(15);
  });

  test.each(cases)("$title", async fixture => {
    const { pod, oldPod, expect: expected } = fixture;
    const helper = helperOf(fixture);
    const patch = await mutationOf(fixture, helper);
    const admitted = applyPatch(structuredClone(pod), patch, true).newDocument;

    expect(admitted).toEqual(helpedPod(fixture, admitted));
    expect(patch.every(({ op }) => op === "add")).toBe(true);
    expect(podWarnings({ pod: admitted, oldPod })).toEqual(expected.warnings);
    // Mutate is called again if another webhook changes the Pod.
    expect(await mutationOf({ pod: admitted, oldPod }, helper)).toEqual([]);
  });
});

describe("settings that Pods do not get", () => {
  const [asked] = cases.filter(({ namespace }) => namespace !== undefined);

  test.each([
    ["cannot be read", { outcome: "failed", why: "the API server refused" } as const],
    ["is not there", { outcome: "absent" } as const],
  ])("anything by a namespace that %s", async (_, answer) => {
    const failing = { annotationsOf: () => Promise.resolve(answer) };
    const helper = new PodHelper(ASKING, () => failing);
    const pod = asked?.pod ?? { metadata: { name: "", namespace: "" }, spec: {} };
    const paths = (await mutationOf({ pod }, helper)).map(({ path }) => path);
    expect(paths).toEqual(["/spec/containers/0/securityContext/windowsOptions/gmsaCredentialSpec"]);
  });

  test("a hostname where there is one that goes before it", async () => {
    const spec = { ...asked?.pod.spec, hostnameOverride: "mine" };
    const pod = { metadata: { name: "p", namespace: NAMESPACE }, spec };
    const helper = new PodHelper({ RANDOM_HOSTNAME: "true" }, nobodyAsks);
    expect(JSON.stringify(await mutationOf({ pod }, helper))).not.toContain("/spec/hostname");
  });
});
