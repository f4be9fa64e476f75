/** Mistakes that `gmsa lint` reports, in the form in which the webhook receives them and warns about them. */
import { workloadWarnings } from "../../../capabilities/workload-warnings";
import { podWarnings } from "../../../rules/admission/warnings";
import type { ObjectLike } from "../../../rules/object";
import { wantedFields } from "../../../webhook/json-fields";
import { JsonProjection } from "../../../webhook/json-projection";
import { KEPT_OF_ANY_KIND, KEPT_OF_REVIEW } from "../../../webhook/kept-fields";
import { reduceToView, type ReviewedRequest } from "../../../webhook/request-view";
import { LIMITS } from "../../../webhook/review-body";
import { fixtureCluster } from "../../support/fixture-cluster";

const NAMESPACE = "team-a";
const metadata = { name: "web", namespace: NAMESPACE };
const AT_ONCE = { deadlineMs: 60_000, settleMs: 0 };
const spec = {
  serviceAccountName: "web",
  nodeSelector: { "kubernetes.io/os": "windows" },
  containers: [{ name: "web", image: "web" }],
};
const GMSA = { securityContext: { windowsOptions: { gmsaCredentialSpecName: "webapp1" } } };
const INSTEAD =
  "Remove it, and set securityContext.windowsOptions.gmsaCredentialSpecName: webapp1 in the spec of the Pod.";

/** The annotation, and the expected warning. */
const ANNOTATIONS: readonly (readonly [string, string])[] = [
  [
    "pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name",
    "has no effect since Kubernetes 1.16",
  ],
  ["pod.beta.windows.kubernetes.io/gmsa-credential-spec-name", "never had an effect"],
  ["windows.kubernetes.io/gmsa-credspec-name", "never had an effect"],
  ["gmsa-credential-spec-name", "never had an effect"],
];
/** Third-party annotations, and one for which the webhook is called without a finding. */
const OTHERS = ["example.com/gmsa-credential-spec-name", "gmsa-credspecs", "example.com/cost"];

/** The object as the bindings receive it. */
function received(object: object, kept = KEPT_OF_REVIEW): ObjectLike {
  const projection = new JsonProjection(wantedFields(kept), LIMITS);
  projection.write(Buffer.from(JSON.stringify({ request: { object } })));
  const { request } = JSON.parse(projection.end() as string) as {
    request: { object: ObjectLike };
  };
  const review: ReviewedRequest = { kind: { kind: request.object.kind }, ...request };
  reduceToView(review, { key: "marker", value: "unused" });
  return review.object as ObjectLike;
}

function warnedOf(object: object, kept = KEPT_OF_REVIEW): Promise<string[]> {
  const write = { workload: received(object, kept), namespace: NAMESPACE };
  return workloadWarnings(fixtureCluster(), write, AT_ONCE);
}

function deployment(annotations: object, template: object, itsSpec: object = spec): object {
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { ...metadata, annotations } },
    spec: { template: { metadata: { annotations: template }, spec: itsSpec } },
  };
}

describe("annotations of Kubernetes 1.14, and those that resemble them", () => {
  test.each(ANNOTATIONS)("%s", async (key, why) => {
    const warning = `annotation ${key} ${why}: the Pod runs without that identity. ${INSTEAD}`;
    const annotations = { [key]: "webapp1" };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, annotations }, spec };
    expect(podWarnings({ pod: received(pod) })).toEqual([warning]);
    const ofDeployment = [`Pods of this Deployment: ${warning}`];
    expect(await warnedOf(deployment({}, annotations))).toEqual(ofDeployment);
    expect(await warnedOf(deployment(annotations, {}))).toEqual(ofDeployment);
  });

  test.each(OTHERS)("%s is not one", async key => {
    expect(await warnedOf(deployment({ [key]: "a" }, { [key]: "a" }))).toEqual([]);
  });
});

describe("fields without a value, which only custom kinds can have", () => {
  function rollout(windowsOptions: object): object {
    const template = { spec: { ...spec, securityContext: { windowsOptions } } };
    const kind = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
    return { ...kind, metadata, spec: { template } };
  }

  test.each([
    [
      { gmsaCredentialSpecName: "" },
      "gmsaCredentialSpecName is an empty string: the API server refuses it",
    ],
    [
      { gmsaCredentialSpecName: null },
      "gmsaCredentialSpecName has no value, so it names no credential spec",
    ],
  ])("%j", async (options, problem) => {
    expect(await warnedOf(rollout(options), KEPT_OF_ANY_KIND)).toEqual([
      `Pods of this Rollout: ${problem}. Write the name of a GMSACredentialSpec, or remove the field.`,
    ]);
  });

  test("the same Rollout with a name is right", async () => {
    expect(
      await warnedOf(rollout({ gmsaCredentialSpecName: "webapp1" }), KEPT_OF_ANY_KIND),
    ).toEqual([]);
  });
});

test("a good Deployment with annotations of its own is right", async () => {
  const annotations = { "deployment.kubernetes.io/revision": "1", note: "gmsa-credential-spec" };
  expect(await warnedOf(deployment(annotations, annotations, { ...spec, ...GMSA }))).toEqual([]);
});
