import { checkBinding } from "../../../../rules/rbac/checks/bindings";
import { API, GROUP, knownRoles } from "../../../fixtures/binding-case";
import { widthOf } from "../../../../rules/rbac/wide-grant";

const ALL = { everyCredspec: true, byWildcard: true };
const EVERY = { everyCredspec: true, byWildcard: false };
const SOME = { everyCredspec: false, byWildcard: false };

test.each([
  ["system:authenticated", undefined, ALL, "every service account may use every credential spec"],
  [
    "system:serviceaccounts",
    undefined,
    EVERY,
    "every service account may use every credential spec",
  ],
  [
    "system:unauthenticated",
    undefined,
    ALL,
    "everybody who does not log in may use every credential spec",
  ],
  [
    "system:authenticated",
    "shop",
    ALL,
    "every service account of namespace shop may use every credential spec",
  ],
  [
    "system:serviceaccounts:shop",
    undefined,
    ALL,
    "every service account of namespace shop may use every credential spec",
  ],
  [
    "system:serviceaccounts:shop",
    "shop",
    ALL,
    "every service account of namespace shop may use every credential spec",
  ],
  [
    "system:unauthenticated",
    "shop",
    ALL,
    "everybody who does not log in may use every credential spec in namespace shop",
  ],
] as const)("group %s in %s is a wide grant", (name, namespace, usable, problem) => {
  expect(widthOf({ kind: "Group", name }, namespace, usable)).toBe(problem);
});

test.each([
  ["Group", "system:authenticated", undefined, SOME],
  ["Group", "system:serviceaccounts", "shop", EVERY],
  ["Group", "system:serviceaccounts:shop", undefined, EVERY],
  // A RoleBinding counts for Pods of its namespace, which run as service accounts of that namespace.
  ["Group", "system:serviceaccounts:ci", "shop", ALL],
  ["Group", "system:masters", undefined, ALL],
  ["Group", "admins", undefined, ALL],
  ["User", "system:authenticated", undefined, ALL],
  ["ServiceAccount", "web", "shop", ALL],
] as const)("%s %s in %s is not", (kind, name, namespace, usable) => {
  expect(widthOf({ kind, name }, namespace, usable)).toBeUndefined();
});

test.each([
  ["admin", [{ kind: "Group", name: "system:authenticated" }], 1],
  ["cluster-admin", [{ kind: "Group", name: "system:serviceaccounts" }], 1],
  [
    "cluster-admin",
    [
      { kind: "Group", name: "system:masters" },
      { kind: "User", name: "ann" },
    ],
    0,
  ],
  ["view", [{ kind: "Group", name: "system:authenticated" }], 0],
])("lint warns where ClusterRole %s is bound to everybody", (name, subjects, count) => {
  const roleRef = { apiGroup: GROUP, kind: "ClusterRole", name };
  const binding = {
    ...API,
    kind: "ClusterRoleBinding",
    metadata: { name: "x" },
    roleRef,
    subjects,
  };
  const found = checkBinding(binding, knownRoles());
  expect(found.map(({ level, reason }) => ({ level, reason }))).toEqual(
    Array.from({ length: count }, () => ({ level: "warning", reason: "binding" })),
  );
});
