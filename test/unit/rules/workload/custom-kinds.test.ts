import { DEEPEST_TEMPLATE } from "../../../../rules/workload/pod-template";
import { templateKindOf, type CrdLike } from "../../../../rules/workload/custom-kinds";

const OPEN = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const CONTAINERS = { type: "array", items: { type: "object" } };
const POD_TEMPLATE = object({ metadata: OPEN, spec: object({ containers: CONTAINERS }) });

function object(properties: object): object {
  return { type: "object", properties };
}

/** A namespaced kind whose objects have this schema. */
function crd(properties: object, change: object = {}): CrdLike {
  const schema = { openAPIV3Schema: object({ metadata: { type: "object" }, ...properties }) };
  return {
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { kind: "Thing", plural: "things" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
      ...change,
    },
  };
}

const THING = { group: "example.com", version: "v1", kind: "Thing", plural: "things" };

test.each<[string, object]>([
  ["a template, as of a Rollout", { spec: object({ template: POD_TEMPLATE }) }],
  [
    "the template of a Job, as of a ScaledJob",
    { spec: object({ jobTargetRef: object({ template: POD_TEMPLATE }) }) },
  ],
  [
    "templates in a list, as of a JobSet",
    {
      spec: object({
        replicatedJobs: {
          type: "array",
          items: object({ template: object({ spec: object({ template: POD_TEMPLATE }) }) }),
        },
      }),
    },
  ],
  [
    "templates in a map, as of a TFJob",
    {
      spec: object({
        replicas: { type: "object", additionalProperties: object({ template: POD_TEMPLATE }) },
      }),
    },
  ],
  ["a field of another name", { spec: object({ server: POD_TEMPLATE }) }],
  ["a template that is left open, as of a CloneSet", { spec: object({ template: OPEN }) }],
  [
    "a template whose spec is left open",
    { spec: object({ template: object({ metadata: OPEN, spec: OPEN }) }) },
  ],
  ["a podTemplate that is left open, as of Flink", { spec: object({ podTemplate: OPEN }) }],
])("a kind with %s creates Pods", (_what, properties) => {
  expect(templateKindOf(crd(properties))).toEqual(THING);
});

test.each<[string, CrdLike]>([
  ["anything else that is left open", crd({ spec: object({ config: OPEN }) })],
  ["a list of templates of something else", crd({ spec: object({ claimTemplates: OPEN }) })],
  ["a template of something else", crd({ spec: object({ template: object({ data: OPEN }) }) })],
  [
    "containers that are no list",
    crd({ spec: object({ template: object({ spec: object({ containers: OPEN }) }) }) }),
  ],
  ["a template in its status alone", crd({ status: object({ template: POD_TEMPLATE }) })],
  ["no version that is served", crd({ spec: POD_TEMPLATE }, { versions: [{ name: "v1" }] })],
  ["no versions at all", crd({}, { versions: [] })],
  ["a version without a schema", crd({}, { versions: [{ name: "v1", served: true }] })],
])("a kind with %s does not", (_what, definition) => {
  expect(templateKindOf(definition)).toBeUndefined();
});

/** A schema with a template at this depth, between fields without one. */
function nested(levels: number): object {
  const inner = levels === 1 ? POD_TEMPLATE : nested(levels - 1);
  return object({ a: { type: "string" }, inner, z: { type: "object" } });
}

function nestedInLists(levels: number): object {
  return { type: "array", items: levels === 1 ? POD_TEMPLATE : nestedInLists(levels - 1) };
}

test.each([
  ["fields", nested],
  ["lists", nestedInLists],
])("a template is looked for in %s as deep as in an object", (_where, schemaOf) => {
  // The field of the kind itself is the first level.
  expect(templateKindOf(crd({ spec: schemaOf(DEEPEST_TEMPLATE - 1) }))).toEqual(THING);
  expect(templateKindOf(crd({ spec: schemaOf(DEEPEST_TEMPLATE) }))).toBeUndefined();
});

test("a kind whose objects are not in a namespace is distinguished from others", () => {
  expect(templateKindOf(crd({ spec: POD_TEMPLATE }, { scope: "Cluster" }))).toEqual({
    ...THING,
    isClusterScoped: true,
  });
});

test("the version that is stored is read where it is served, and another one otherwise", () => {
  const schema = { openAPIV3Schema: object({ spec: object({ template: POD_TEMPLATE }) }) };
  const versions = (isServed: boolean): object => ({
    versions: [
      { name: "v1alpha1", served: true, storage: false, schema },
      { name: "v1", served: isServed, storage: true, schema },
    ],
  });
  expect(templateKindOf(crd({}, versions(true)))?.version).toBe("v1");
  expect(templateKindOf(crd({}, versions(false)))?.version).toBe("v1alpha1");
});
