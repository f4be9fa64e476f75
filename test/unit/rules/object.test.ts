import {
  describeObjectName,
  valueAt,
  groupOf,
  isNamespaceName,
  isObjectName,
  objectNameFrom,
  resourceName,
} from "../../../rules/object";

test.each(["a", "webapp1", "a-b.c-d", "1", "x".repeat(253)])("%s is a name", name => {
  expect(isObjectName(name)).toBe(true);
  expect(objectNameFrom(name)).toBe(name);
});

test.each([
  ["gmsa-WebApp1", "gmsa-webapp1"],
  ["contoso_webapp1", "contoso-webapp1"],
  ["webapp1$", "webapp1"],
  [" web app ", "web-app"],
  ["web__app", "web-app"],
  ["..a..b..", "a.b"],
  ["a-.-b", "a.b"],
  ["Straße", "stra-e"],
  ["Çà", "ca"],
  [`${"x".repeat(252)}-yz`, "x".repeat(252)],
  ["$$", ""],
  ["", ""],
])("%j is not one; the nearest one is %j", (text, name) => {
  expect(isObjectName(text)).toBe(false);
  expect(objectNameFrom(text)).toBe(name);
  expect(name === "" || isObjectName(name)).toBe(true);
});

test.each([
  [{ metadata: { name: "shop" } }, "Job/shop"],
  [{ metadata: { generateName: "shop-" } }, "Job/shop-*"],
  [{}, "Job/*"],
])("%j is called %s", (object, name) => {
  expect(describeObjectName({ apiVersion: "batch/v1", kind: "Job", ...object })).toBe(name);
});

test.each([
  ["shop", true],
  ["x".repeat(63), true],
  ["x".repeat(64), false],
  ["shop.prod", false],
  ["Shop", false],
  ["", false],
])("%j is the name of a namespace: %j", (name, is) => {
  expect(isNamespaceName(name)).toBe(is);
});

test("an object is named as kubectl names it", () => {
  expect(resourceName({ group: "apps", kind: "Deployment", name: "web" })).toBe(
    "deployment.apps/web",
  );
  expect(resourceName({ group: "", kind: "Pod", name: "web" })).toBe("pod/web");
});

test("the group is the part before the version, and empty for core", () => {
  expect(groupOf({ apiVersion: "batch/v1", kind: "Job" })).toBe("batch");
  expect(groupOf({ apiVersion: "v1", kind: "Pod" })).toBe("");
});

test.each([
  [["spec", "os", "name"], "windows"],
  [["spec", "os", "name", "length"], undefined],
  [["spec", "none", "name"], undefined],
  [["status", "phase"], undefined],
])("the field at %j is %j", (path, value) => {
  expect(valueAt({ spec: { os: { name: "windows" } }, status: null }, path)).toBe(value);
});
