/** Which manifests describe the same object. */
import { identityOf, replacedProblem } from "../../../rules/same-object";

const BINDING = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: "web", namespace: "shop" },
};

test.each([
  ["in another version", { ...BINDING, apiVersion: "rbac.authorization.k8s.io/v1beta1" }],
  ["with other contents", { ...BINDING, subjects: [] }],
  ["with labels", { ...BINDING, metadata: { ...BINDING.metadata, labels: {} } }],
])("the same object %s", (_, other) => {
  expect(identityOf(other)).toBe(identityOf(BINDING));
});

test.each([
  ["group", { ...BINDING, apiVersion: "example.com/v1" }],
  ["kind", { ...BINDING, kind: "Role" }],
  ["namespace", { ...BINDING, metadata: { name: "web", namespace: "office" } }],
  ["namespace, of the context", { ...BINDING, metadata: { name: "web" } }],
  ["name", { ...BINDING, metadata: { name: "api", namespace: "shop" } }],
])("another %s is another object", (_, other) => {
  expect(identityOf(BINDING)).toBeDefined();
  expect(identityOf(other)).not.toBe(identityOf(BINDING));
});

test.each([
  ["windows.k8s.io/v1", "GMSACredentialSpec"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
])("the namespace of %s %s does not count", (apiVersion, kind) => {
  const inNamespace = (namespace: string): string | undefined =>
    identityOf({ apiVersion, kind, metadata: { name: "web", namespace } });
  expect(inNamespace("shop")).toBe(inNamespace("office"));
  expect(inNamespace("shop")).toBeDefined();
});

test.each([
  ["absent", { kind: "Pod", apiVersion: "v1" }],
  ["absent in metadata", { kind: "Pod", apiVersion: "v1", metadata: {} }],
  ["empty", { kind: "Pod", apiVersion: "v1", metadata: { name: "" } }],
  ["no text", { kind: "Pod", apiVersion: "v1", metadata: { name: null as unknown as string } }],
])("a name that is %s names no object", (_, object) => {
  expect(identityOf(object)).toBeUndefined();
});

test("the problem names the line of the last one", () => {
  expect(replacedProblem(BINDING, 7)).toMatchObject({
    level: "warning",
    reason: "same object",
    places: [{ path: ["metadata", "name"], text: "metadata.name" }],
    problem:
      "line 7 has a RoleBinding of the same name with other contents, and both are one object",
  });
});
