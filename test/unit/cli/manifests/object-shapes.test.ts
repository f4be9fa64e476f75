import fc from "fast-check";

import {
  anyObject,
  anyObjectProblemsOf,
  shapeProblemsOf,
} from "../../../../cli/manifests/object-shapes";

const value = fc.constantFrom<unknown[]>(
  undefined,
  null,
  "",
  "a",
  1,
  true,
  [],
  ["a"],
  {},
  { a: 1 },
);
const texts = fc.constantFrom<unknown[]>(undefined, null, {}, { a: "b" }, { a: 1 }, ["a"], "a");
const metadata = fc.record(
  { name: value, generateName: value, namespace: value, labels: texts, annotations: texts },
  { requiredKeys: [] },
);
const object = fc.record(
  { apiVersion: value, kind: value, metadata: fc.oneof(value, metadata), spec: value },
  { requiredKeys: [] },
);

test("the shortcut for valid objects is right, and every problem of other objects is named", () => {
  fc.assert(
    fc.property(fc.oneof(value, object), one => {
      expect(anyObjectProblemsOf(one)).toEqual(shapeProblemsOf(one, anyObject));
    }),
    { numRuns: 500 },
  );
});
