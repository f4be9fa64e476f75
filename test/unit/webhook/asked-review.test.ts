/**
 * `recorded.json` contains AdmissionReviews that kube-apiserver v1.36 sent, reduced to the kept
 * fields (webhook/kept-fields.ts). Those for credential specs, which are custom resources, are
 * written in the same form. Each test changes one field.
 */
import { wrongField } from "../../../webhook/asked-review";
import type { Webhook } from "../../../webhook/pepr-reviews";
import { credspecObject } from "../../../testbed/objects/credspec-object";
import { validCredspec } from "../../../testbed/objects/valid-credspec";
import recorded from "../../fixtures/reviews/recorded.json";
import { reviewOfWrite } from "../../support/admission-review";

type Fields = Record<string, unknown>;
interface Review extends Fields {
  request: Fields & { operation: string; kind: { kind: string }; subResource?: string };
}

const credspec = credspecObject("webapp1", validCredspec());
const write = { resource: "gmsacredentialspecs" };
const reviews = [
  ...(recorded as unknown as Review[]),
  ...[{ object: credspec }, { object: credspec, oldObject: credspec }, { oldObject: credspec }].map(
    objects => reviewOfWrite({ ...write, ...objects }) as unknown as Review,
  ),
].map(review => {
  const { operation, kind, subResource = "" } = review.request;
  return { title: `${operation} ${kind.kind} ${subResource}`.trim(), review };
});

/** Paths of fields and invalid values; undefined removes a field. */
const WRONG: [path: string, values: unknown[]][] = [
  ["apiVersion", [undefined, "", "admission.k8s.io/v1beta1", "v1", 1]],
  ["kind", [undefined, "admissionreview", "Pod", null]],
  ["response", [{}, { allowed: true }]],
  ["request", [undefined, null, [], "text"]],
  ["request.uid", [undefined, "", null, 7, {}, "u".repeat(1000)]],
  ["request.kind", [undefined, null, "Pod"]],
  ["request.kind.kind", [undefined, "pod", "ConfigMap", "PodList", null]],
  ["request.kind.version", [undefined, "v2", "v1alpha1", ""]],
  ["request.kind.group", [undefined, "example.com", null]],
  ["request.resource", [undefined, null, "pods"]],
  ["request.resource.resource", [undefined, "configmaps", "Pods", ""]],
  ["request.resource.version", [undefined, "v2"]],
  ["request.resource.group", [undefined, "example.com"]],
  ["request.requestKind", [null, "Pod", {}, { group: "", version: "v1", kind: "Eviction" }]],
  ["request.requestResource", [null, {}, { group: "", version: "v1", resource: "podtemplates" }]],
  ["request.requestSubResource", ["status", "eviction", null, 1]],
  ["request.subResource", ["status", "binding", "scale", null, 1]],
  ["request.name", [null, 1, {}]],
  ["request.operation", [undefined, null, "create", "CONNECT", "PATCH", ""]],
  ["request.userInfo", [undefined, null, "admin"]],
  ["request.dryRun", ["false", 0, {}]],
  ["request.options", ["CreateOptions", 1]],
  ["request.namespace", [null, 1]],
];

/** The same for each object in a review. */
const WRONG_OBJECTS: [path: string, values: unknown[]][] = [
  ["", [undefined, null, [], "text", {}]],
  [".apiVersion", [undefined, "", "v2", "extensions/v1beta1", null]],
  [".kind", [undefined, "", "pod", "ConfigMap", null]],
  [".metadata", [undefined, null, "text"]],
  [".metadata.namespace", ["elsewhere", 1]],
  [".metadata.name", [1, null]],
  [".spec", ["text"]],
];

function changed(review: Review, path: string, value: unknown): Review {
  const copy = structuredClone(review);
  const fields = path.split(".");
  const last = fields.pop() ?? "";
  const holder = fields.reduce<Fields>((at, field) => at[field] as Fields, copy);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return copy;
}

/** Both endpoints, if both receive such a review. */
function endpointsOf({ request }: Review): Webhook[] {
  return request.kind.kind === "Pod" ? ["mutate", "validate"] : ["validate"];
}

test("the recorded reviews cover every kind and operation", () => {
  expect(reviews.length).toBeGreaterThanOrEqual(22);
  expect(reviews.map(({ title }) => title)).toEqual(
    expect.arrayContaining([
      "UPDATE Pod ephemeralcontainers",
      "UPDATE Pod resize",
      "DELETE GMSACredentialSpec",
    ]),
  );
});

describe.each(reviews)("$title", ({ review }) => {
  test("passes as it is", () => {
    for (const endpoint of endpointsOf(review))
      expect(wrongField(endpoint, review)).toBeUndefined();
  });

  test("is refused with any field changed", () => {
    const objects = ["object", "oldObject"].filter(field => review.request[field] !== null);
    const ofObjects = objects.flatMap(field =>
      WRONG_OBJECTS.map(([path, values]): [string, unknown[]] => [
        `request.${field}${path}`,
        values,
      ]),
    );
    const passed: string[] = [];
    for (const [path, values] of [...WRONG, ...ofObjects]) {
      for (const value of values) {
        for (const endpoint of endpointsOf(review)) {
          if (wrongField(endpoint, changed(review, path, value)) === undefined) {
            passed.push(`${endpoint}: ${path} = ${JSON.stringify(value)}`);
          }
        }
      }
    }
    expect(passed).toEqual([]);
  });

  test("is refused with another operation, and with an additional object", () => {
    const { operation, object, oldObject } = review.request;
    for (const other of ["CREATE", "UPDATE", "DELETE", "CONNECT"].filter(
      each => each !== operation,
    )) {
      expect(wrongField("validate", changed(review, "request.operation", other))).toBeDefined();
    }
    const both = { object: object ?? oldObject, oldObject: oldObject ?? object };
    const tooMany = { ...review, request: { ...review.request, ...both } };
    // An update has both objects.
    expect(wrongField("validate", tooMany) === undefined).toBe(operation === "UPDATE");
  });
});

test("Mutate is asked about Pods alone", () => {
  for (const { review } of reviews.filter(each => each.review.request.kind.kind !== "Pod")) {
    expect(wrongField("mutate", review)).toBe("request.kind");
  }
});

/** Fields of a Pod that the rules read, and values of another type. */
const OPTIONS = "securityContext.windowsOptions";
const TYPES: [path: string, values: unknown[]][] = [
  ["containers", [{}, "text", [null], ["text"], [[]]]],
  ["initContainers", [{}, 1, [null], [[]]]],
  ["ephemeralContainers", [{}, true, [null], [[]]]],
  ["containers.0.name", [null, 1, {}]],
  ["containers.0.securityContext", ["text", [], 1]],
  [`containers.0.${OPTIONS}`, ["text", [], true]],
  [`containers.0.${OPTIONS}.gmsaCredentialSpecName`, [1, {}, [], ["a"], false]],
  ["securityContext", ["text", [], 0]],
  [OPTIONS, ["text", [], 0]],
  [`${OPTIONS}.gmsaCredentialSpecName`, [1, {}, ["a"], true]],
  [`${OPTIONS}.gmsaCredentialSpec`, [1, {}, ["a"], true]],
  [`${OPTIONS}.hostProcess`, ["true", 1, {}]],
  ["serviceAccountName", [1, {}, ["granted"], true]],
  ["nodeSelector", ["text", ["a"], { os: 1 }]],
  ["os", ["windows", { name: null }]],
];

test.each(["object", "oldObject"])("a Pod with a field of another type is refused in %s", field => {
  const windowsOptions = {
    ...{ gmsaCredentialSpecName: "a", gmsaCredentialSpec: "{}", hostProcess: false },
  };
  const places = [{ name: "c", securityContext: { windowsOptions } }];
  const pod = {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n" } },
    spec: {
      ...{ containers: places, initContainers: places, ephemeralContainers: places },
      ...{ securityContext: { windowsOptions }, serviceAccountName: "default" },
      ...{ nodeSelector: { os: "windows" }, os: { name: "windows" } },
    },
  };
  const review = reviewOfWrite({ resource: "pods", object: pod, oldObject: pod });
  expect(wrongField("validate", review)).toBeUndefined();
  const passed = TYPES.flatMap(([path, values]) =>
    values
      .map(value => changed(review as unknown as Review, `request.${field}.spec.${path}`, value))
      .filter(each => wrongField("validate", each) === undefined)
      .map(each => `${path}: ${JSON.stringify(each.request[field])}`),
  );
  expect(passed).toEqual([]);
});
