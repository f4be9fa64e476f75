import { DEEPEST_TEMPLATE, podTemplatesOf } from "../../../../rules/workload/pod-template";
import type { ObjectLike } from "../../../../rules/object";

const spec = { containers: [{ name: "web", image: "web" }] };
const template = { metadata: { labels: { app: "web" } }, spec };

function object(apiVersion: string, kind: string, more: object): ObjectLike {
  return { apiVersion, kind, ...more };
}

function paths(more: object, apiVersion = "example.com/v1", kind = "Thing"): unknown[] {
  return podTemplatesOf(object(apiVersion, kind, more)).map(({ path }) => path);
}

/** An object with a value at this depth. */
function nested(value: unknown, levels: number): object {
  return levels === 0 ? (value as object) : { a: nested(value, levels - 1) };
}

test("a Pod is its own template", () => {
  const pod = object("v1", "Pod", { metadata: { name: "a" }, spec });
  expect(podTemplatesOf(pod)).toStrictEqual([{ path: [], pod }]);
});

test.each<[string, object | undefined, object]>([
  [
    "in a namespace",
    { name: "a", namespace: "shop" },
    { labels: { app: "web" }, namespace: "shop" },
  ],
  ["in none", { name: "a" }, { labels: { app: "web" } }],
  ["without metadata", undefined, { labels: { app: "web" } }],
])("the template of a workload %s is a Pod there, without a name", (_where, metadata, due) => {
  const deployment = object("apps/v1", "Deployment", { metadata, spec: { template } });
  expect(podTemplatesOf(deployment)).toStrictEqual([
    { path: ["spec", "template"], pod: { metadata: due, spec } },
  ]);
});

test("a template without a spec is one without a spec", () => {
  const deployment = object("apps/v1", "Deployment", { spec: { template: {} } });
  expect(podTemplatesOf(deployment)).toStrictEqual([
    { path: ["spec", "template"], pod: { metadata: {} } },
  ]);
});

test.each([
  {},
  { spec: null },
  { spec: {} },
  { spec: { template: null } },
  { spec: { template: "x" } },
])("a workload with %j has none", more => {
  expect(podTemplatesOf(object("apps/v1", "Deployment", more))).toEqual([]);
});

test.each<[string, object, unknown[]]>([
  ["in a field", { spec: { template } }, [["spec", "template"]]],
  ["at the top", { template }, [["template"]]],
  [
    "in lists",
    { spec: { jobs: [{ template }, {}, { template }] } },
    [
      ["spec", "jobs", 0, "template"],
      ["spec", "jobs", 2, "template"],
    ],
  ],
  [
    "in a field of any name below the top",
    { spec: { status: template, metadata: template } },
    [
      ["spec", "status"],
      ["spec", "metadata"],
    ],
  ],
  ["in the status", { status: template, metadata: template }, []],
  ["with images alone", { a: { spec: { containers: [{ image: "x" }] } } }, [["a"]]],
  ["with names alone", { a: { spec: { containers: [{ name: "x" }, { name: "y" }] } } }, [["a"]]],
  ["with no containers", { a: { spec: { containers: [] } } }, []],
  [
    "with containers that are none",
    { a: { spec: { containers: [{ name: "x" }, { other: 1 }] } } },
    [],
  ],
  ["with a map of containers", { a: { spec: { containers: { type: "array" } } } }, []],
  ["beside null", { spec: null, a: [null, template] }, [["a", 1]]],
  ["as deep as we look", nested(template, DEEPEST_TEMPLATE), [Array(DEEPEST_TEMPLATE).fill("a")]],
  ["deeper than we look", nested(template, DEEPEST_TEMPLATE + 1), []],
])("a custom kind has templates %s", (_where, more, due) => {
  expect(paths(more)).toEqual(due);
});

test.each([
  ["v1", "ConfigMap"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["windows.k8s.io/v1", "GMSACredentialSpec"],
])("%s %s has none, whatever its shape", (apiVersion, kind) => {
  expect(paths({ spec: { template } }, apiVersion, kind)).toEqual([]);
});

test("a kind of workload has one, even in a group that has no workloads", () => {
  expect(paths({ spec: { template } }, "v1", "Deployment")).toEqual([["spec", "template"]]);
});
