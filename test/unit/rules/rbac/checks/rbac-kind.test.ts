/** Roles and bindings of an apiVersion or kind that no API server serves: complete problems are compared. */
import type { ObjectLike } from "../../../../../rules/object";
import { KnownRoles } from "../../../../../rules/rbac/checks/meant-role";
import { checkRbacKind } from "../../../../../rules/rbac/checks/rbac-kind";
import { GROUP, knownRoles, READ_PODS, USE } from "../../../../fixtures/binding-case";

const V1 = `${GROUP}/v1`;
const RULES = { rules: [USE] };
const BINDS = { roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: "payroll-users" } };

function object(apiVersion: string, kind: string, rest: object = RULES): ObjectLike {
  return { apiVersion, kind, metadata: { name: "a", namespace: "shop" }, ...rest };
}

const fixOf = (field: string, to: string): object => ({
  path: [field],
  edit: { kind: "value", to },
});

test.each<[string, string, "apiVersion" | "kind", object[]]>([
  [V1, "clusterrole", "kind", [fixOf("kind", "ClusterRole")]],
  [V1, "role", "kind", [fixOf("kind", "Role")]],
  [V1, "rolebinding", "kind", [fixOf("kind", "RoleBinding")]],
  [V1, "ClusterRoleBindings", "kind", [fixOf("kind", "ClusterRoleBinding")]],
  ["rbac.k8s.io/v1", "Role", "apiVersion", [fixOf("apiVersion", V1)]],
  ["v1", "ClusterRole", "apiVersion", [fixOf("apiVersion", V1)]],
  [GROUP, "RoleBinding", "apiVersion", [fixOf("apiVersion", V1)]],
  [`${GROUP}/v2`, "ClusterRole", "apiVersion", [fixOf("apiVersion", V1)]],
  ["rbac.authorisation.k8s.io/v1", "Role", "apiVersion", [fixOf("apiVersion", V1)]],
  [
    "rbac.authorisation.k8s.io/v1",
    "Rolebinding",

    "apiVersion",
    [fixOf("apiVersion", V1), fixOf("kind", "RoleBinding")],
  ],
  [
    `${GROUP}/v1beta1`,
    "clusterRole",

    "apiVersion",
    [fixOf("apiVersion", V1), fixOf("kind", "ClusterRole")],
  ],
])("%s %s", (apiVersion, kind, field, fixes) => {
  const reason = /binding/i.test(kind) ? "binding" : "role";
  const right = { role: "Role", binding: "RoleBinding" }[reason];
  const meant = kind.toLowerCase().startsWith("cluster") ? `Cluster${right}` : right;
  const due = {
    level: "error",
    reason,
    places: [{ path: [field], text: field }],
    problem: `${kind} of ${apiVersion} does not grant anything in any cluster`,
    remedy: `Write apiVersion: ${V1} and kind: ${meant}.`,
    fixes,
  };
  const rest = reason === "role" ? RULES : BINDS;
  expect(checkRbacKind(object(apiVersion, kind, rest), knownRoles())).toEqual([due]);
});

test.each([
  [`${GROUP}/v1beta1`, "ClusterRole", RULES],
  [`${GROUP}/v1alpha1`, "RoleBinding", BINDS],
])("%s %s was removed", (apiVersion, kind, rest) => {
  expect(checkRbacKind(object(apiVersion, kind, rest), knownRoles())).toEqual([
    {
      level: "error",
      reason: "old workload",
      places: [{ path: ["apiVersion"], text: "apiVersion" }],
      problem: `${apiVersion} has no ${kind} since Kubernetes 1.22`,
      remedy: `Write apiVersion: ${V1}.`,
      fixes: [fixOf("apiVersion", V1)],
    },
  ]);
});

test.each<[string, number, ObjectLike]>([
  ["right", 0, object(V1, "Role")],
  ["right, and a binding", 0, object(V1, "RoleBinding", BINDS)],
  ["of another project", 0, object("authorization.openshift.io/v1", "ClusterRole")],
  ["of a kind that is near to none", 0, object(V1, "Deployment")],
  ["of another group and a misspelt kind", 0, object("iam.example.com/v1", "role")],
  ["without rules", 0, object("v1", "Role", {})],
  ["of rules that are not a list", 0, object("v1", "Role", { rules: { allow: "everything" } })],
  ["of no rules", 0, object("v1", "Role", { rules: [] })],
  ["about others", 0, object("v1", "Role", { rules: [READ_PODS] })],
  ["about credential specs among others", 1, object("v1", "Role", { rules: [READ_PODS, USE] })],
  ["of rules that are not objects", 0, object("v1", "Role", { rules: [null, "use", 7] })],
  ["of a rule that is null, and a grant", 1, object("v1", "Role", { rules: [null, USE] })],
  [
    "of lists that are texts",
    0,
    object("v1", "Role", { rules: [{ ...USE, apiGroups: GROUP, resources: "*" }] }),
  ],
  [
    "of lists of numbers, with near words",
    1,
    object("v1", "Role", {
      rules: [{ apiGroups: [1, "windows.k8s.io/v1"], resources: [2, "gmsa"], verbs: [3, "Use"] }],
    }),
  ],
  ["without roleRef", 0, object("v1", "RoleBinding", {})],
  ["of a roleRef that is null", 0, object("v1", "RoleBinding", { roleRef: null })],
  [
    "of a roleRef without a kind",
    0,
    object("v1", "RoleBinding", { roleRef: { name: "payroll-users" } }),
  ],
  [
    "of a roleRef whose name is a number",
    0,
    object("v1", "RoleBinding", { roleRef: { kind: "Role", name: 7 } }),
  ],
  ["of a roleRef without a name", 0, object("v1", "RoleBinding", { roleRef: { kind: "Role" } })],
  [
    "of another role",
    0,
    object("v1", "RoleBinding", { roleRef: { kind: "ClusterRole", name: "view" } }),
  ],
  [
    "of a Role of use in this namespace",
    1,
    object("v1", "RoleBinding", { roleRef: { kind: "Role", name: "team" } }),
  ],
])("an object %s has problems: %d", (_, problems, of) => {
  expect(checkRbacKind(of, knownRoles())).toHaveLength(problems);
});

test("a binding whose roles are not known is not reported", () => {
  expect(checkRbacKind(object("v1", "RoleBinding", BINDS), new KnownRoles([]))).toEqual([]);
});
