/** The role that a binding refers to: each complete problem is compared. */
import type { Edit } from "../../../../../rules/problem";
import { type BindingLike, checkBinding } from "../../../../../rules/rbac/checks/bindings";
import {
  binding,
  CLUSTER_WIDE,
  type Due,
  GROUP,
  problemOf,
  knownRoles,
  toRole,
  value,
  WEB,
} from "../../../../fixtures/binding-case";

const ofRef = (key: string, ...words: [string, string, Edit?]): Due => [
  `roleRef.${key}`,
  ["roleRef", key],
  ...words,
];

test.each<[string, Partial<BindingLike>, ...Due[]]>([
  ["a ClusterRole", {}],
  ["the core group, as old manifests have it", toRole({ apiGroup: "" })],
  ["no group", { roleRef: { kind: "ClusterRole", name: "payroll-users" } as never }],
  [
    "a group with a version",
    toRole({ apiGroup: `${GROUP}/v1` }),
    ofRef(
      "apiGroup",
      `"${GROUP}/v1" is not the API group of roles`,
      `Write apiGroup: ${GROUP}, without a version.`,
      value(GROUP),
    ),
  ],
  [
    "a misspelt kind",
    toRole({ kind: "clusterrole" }),
    ofRef(
      "kind",
      '"clusterrole" is not a kind of role',
      "Did you mean ClusterRole?",
      value("ClusterRole"),
    ),
  ],
  [
    "a kind that is near to none",
    toRole({ kind: "Account" }),
    ofRef("kind", '"Account" is not a kind of role', "Did you mean ClusterRole?"),
  ],
  [
    "a Role in a ClusterRoleBinding",
    { ...CLUSTER_WIDE, ...toRole({ kind: "Role", name: "team" }) },
    ofRef(
      "kind",
      "a ClusterRoleBinding cannot refer to a Role",
      "Write a RoleBinding in the namespace of the Role, or refer to a ClusterRole.",
    ),
  ],
  ["a ClusterRole in a ClusterRoleBinding", CLUSTER_WIDE],
  [
    "a Role where there is a ClusterRole",
    toRole({ kind: "Role" }),
    ofRef(
      "kind",
      "there is no Role payroll-users here, but a ClusterRole",
      "Write kind: ClusterRole.",
    ),
  ],
  [
    "a misspelt name, and the other kind",
    toRole({ kind: "Role", name: "payrol-users" }),
    ofRef("name", "there is no Role payrol-users here", "Did you mean payroll-users?"),
  ],
  [
    "a misspelt name",
    toRole({ name: "payrol-users" }),
    ofRef("name", "there is no ClusterRole payrol-users here", "Did you mean payroll-users?"),
  ],
  [
    "a misspelt name again, as a thousand bindings may have it",
    toRole({ name: "payrol-users" }),
    ofRef("name", "there is no ClusterRole payrol-users here", "Did you mean payroll-users?"),
  ],
  ["a role without a name, by the other kind", toRole({ kind: "Role", name: "" })],
  [
    "a Role of another namespace",
    toRole({ kind: "Role", name: "far" }),
    ofRef(
      "name",
      "Role far is in namespace store, and the binding in shop",
      "Put both in the namespace of the Pods, or write a ClusterRole.",
    ),
  ],
  [
    "a Role of another namespace, from a binding for any",
    { metadata: { name: "b" }, ...toRole({ kind: "Role", name: "far" }) },
  ],
  [
    "a Role of another namespace, from a binding without metadata",
    { metadata: undefined, ...toRole({ kind: "Role", name: "far" }) },
  ],
  ["a Role for any namespace", toRole({ kind: "Role", name: "anywhere" })],
  ["the second Role of this name, in this namespace", toRole({ kind: "Role", name: "team" })],
  [
    "the first Role of this name",
    {
      metadata: { name: "b", namespace: "store" },
      subjects: [{ ...WEB, namespace: "store" }],
      ...toRole({ kind: "Role", name: "team" }),
    },
  ],
  [
    "a ClusterRole of the name of Roles, with a namespace that means nothing",
    toRole({ name: "team" }),
  ],
])("refers to %s", (_, change, ...due) => {
  expect(checkBinding(binding(change), knownRoles())).toEqual(due.map(problemOf));
});

test.each<[string, Partial<BindingLike>, number]>([
  ["allows another thing", toRole({ name: "view" }), 0],
  ["allows everything", toRole({ name: "admin" }), 0],
  ["allows nothing", toRole({ name: "empty" }), 0],
  ["lets read credential specs", toRole({ name: "readers" }), 0],
  ["is not here", toRole({ name: "unlike-any-other" }), 0],
  ["is a Role of other rights", toRole({ kind: "Role", name: "kinds" }), 0],
  ["is a ClusterRole of that name", toRole({ name: "kinds" }), 1],
  [
    "is a Role of other rights in this namespace",
    { metadata: { name: "b", namespace: "others" }, ...toRole({ kind: "Role", name: "team" }) },
    0,
  ],
  ["was intended to allow use", toRole({ name: "intended" }), 1],
])("subjects matter if the role allows use: it %s", (_, change, problems) => {
  const subjects = [{ kind: "User", name: "alice" }];
  expect(checkBinding(binding({ subjects, ...change }), knownRoles())).toHaveLength(problems);
});
