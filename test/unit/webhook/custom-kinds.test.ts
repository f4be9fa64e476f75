/**
 * Reviews of kinds that an installation adds: which are accepted, and which parts are read. A
 * JobSet has its templates in a list, three levels below its spec.
 */
import { reduceToView } from "../../../webhook/request-view";
import { wrongField } from "../../../webhook/asked-review";
import { wantedFields } from "../../../webhook/json-fields";
import { JsonProjection } from "../../../webhook/json-projection";
import { KEPT_OF_ANY_KIND, KEPT_OF_REVIEW } from "../../../webhook/kept-fields";
import { LIMITS } from "../../../webhook/review-body";
import { podTemplatesOf } from "../../../rules/workload/pod-template";
import type { ObjectLike } from "../../../rules/object";
import { reviewOfWrite } from "../../support/admission-review";

const JOB_SETS = { group: "jobset.x-k8s.io", kind: "JobSet", plural: "jobsets" };
const windowsOptions = { gmsaCredentialSpecName: "webapp1" };
const template = {
  metadata: { annotations: { "gmsa.pepr.dev/secure-channel": "true", other: "dropped" } },
  spec: {
    serviceAccountName: "web",
    securityContext: { windowsOptions },
    containers: [
      { name: "app", image: "app:1", env: [{ name: "PASSWORD", value: "secret" }] },
      { name: "side", image: "side:1", securityContext: { windowsOptions } },
    ],
  },
};
const jobSet = {
  apiVersion: "jobset.x-k8s.io/v1alpha2",
  kind: "JobSet",
  metadata: { name: "train", namespace: "shop" },
  spec: {
    successPolicy: { operator: "All" },
    replicatedJobs: [
      { name: "workers", replicas: 2, template: { spec: { parallelism: 2, template } } },
      { name: "driver", template: { spec: { template: { spec: { containers: [] } } } } },
    ],
  },
};
const PATH = ["spec", "replicatedJobs", 0, "template", "spec", "template"];

function review(object: object = jobSet): { request: { object: ObjectLike } } {
  const write = { resource: "jobsets", object: object as typeof jobSet };
  return reviewOfWrite(write) as unknown as { request: { object: ObjectLike } };
}

/** The review after parsing. */
function received(sent: object, kept = KEPT_OF_ANY_KIND): ReturnType<typeof review> {
  const projection = new JsonProjection(wantedFields(kept), LIMITS);
  expect(projection.write(Buffer.from(JSON.stringify(sent)))).toBeUndefined();
  return JSON.parse(projection.end() as string) as ReturnType<typeof review>;
}

describe("reviews that are let through", () => {
  test.each(["v1alpha2", "v1"])("the kind that was added, in version %s", version => {
    const object = { ...jobSet, apiVersion: `jobset.x-k8s.io/${version}` };
    expect(wrongField("validate", review(object), [JOB_SETS])).toBeUndefined();
  });

  test.each([{}, { spec: null }, { spec: {} }, { spec: { replicatedJobs: null } }])(
    "one that holds no template: %j",
    fields => {
      const { apiVersion, kind, metadata } = jobSet;
      const object = { apiVersion, kind, metadata, ...fields };
      expect(wrongField("validate", review(object), [JOB_SETS])).toBeUndefined();
    },
  );
});

describe("reviews that are refused", () => {
  test("the kind where the installation has not added it, and by Mutate", () => {
    expect(wrongField("validate", review())).toBe("request.kind");
    expect(wrongField("validate", review(), [{ ...JOB_SETS, kind: "JobList" }])).toBe(
      "request.kind",
    );
    expect(wrongField("mutate", review(), [JOB_SETS])).toBe("request.kind");
  });

  test.each([
    ["request.resource", { resource: { group: "jobset.x-k8s.io", version: "v1", resource: "x" } }],
    ["request.subResource", { subResource: "status" }],
    ["request.operation", { operation: "DELETE" }],
    ["request.namespace", { namespace: "" }],
    ["request.kind", { kind: { group: "jobset.x-k8s.io", version: "", kind: "JobSet" } }],
    ["request.object", { object: { ...jobSet, kind: "Job" } }],
    ["request.object", { object: { ...jobSet, apiVersion: "jobset.x-k8s.io/v1" } }],
    ["request.oldObject", { oldObject: jobSet }],
  ])("another %s", (field, change) => {
    const sent = review();
    Object.assign(sent.request, change);
    expect(wrongField("validate", sent, [JOB_SETS])).toBe(field);
  });

  test("a template whose fields have other types than a Pod's", () => {
    for (const wrong of [
      { hostname: 5 },
      { securityContext: { windowsOptions: [] } },
      { nodeSelector: { a: 1 } },
    ]) {
      const sent = structuredClone(jobSet);
      Object.assign(sent.spec.replicatedJobs[0]?.template.spec.template.spec ?? {}, wrong);
      expect(wrongField("validate", review(sent), [JOB_SETS])).toBe("request.object");
    }
  });
});

describe("fields that are read", () => {
  test("the templates at any depth, without fields that no rule reads", () => {
    const { object } = received(review()).request;
    const [found] = podTemplatesOf(object);
    expect(found?.path).toEqual(PATH);
    expect(found?.pod).toEqual({
      metadata: {
        namespace: "shop",
        annotations: { "gmsa.pepr.dev/secure-channel": "true" },
      },
      spec: {
        ...template.spec,
        containers: [{ name: "app" }, { name: "side", securityContext: { windowsOptions } }],
      },
    });
    expect(JSON.stringify(object)).not.toContain("secret");
  });

  test("with the same result as from the whole object", () => {
    const whole = review();
    const kept = received(whole);
    for (const { request } of [whole, kept]) reduceToView(request, { key: "k", value: "v" });
    expect(kept.request.object).toEqual(whole.request.object);
  });

  test("no templates in an installation that does not name the kind", () => {
    expect(podTemplatesOf(received(review(), KEPT_OF_REVIEW).request.object)).toEqual([]);
  });
});
