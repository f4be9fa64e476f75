/** The subjects of a binding: each complete problem is compared. */
import type { Edit } from "../../../../../rules/problem";
import { type BindingLike, checkBinding } from "../../../../../rules/rbac/checks/bindings";
import {
  binding,
  CLUSTER_WIDE,
  type Due,
  GROUP,
  problemOf,
  knownRoles,
  value,
  WEB,
} from "../../../../fixtures/binding-case";

const of = (key: string, ...words: [string, string, Edit?]): Due => [
  `subjects[0].${key}`,
  ["subjects", 0, key],
  ...words,
];
const PEOPLE =
  "Pods run as service accounts, and User alice is not one: this does not let anybody use a credential spec";
const HERE =
  "the binding counts for Pods in namespace shop, whose service accounts are not those of store";
const STORE = "Put the binding in namespace store.";

test.each<[string, BindingLike["subjects"] & object, Partial<BindingLike>, ...Due[]]>([
  ["an account", [WEB], {}],
  ["an account of an empty group", [{ ...WEB, apiGroup: "" }], {}],
  ["an account of the binding's namespace", [{ kind: "ServiceAccount", name: "web" }], {}],
  [
    "an account of another namespace",
    [{ ...WEB, namespace: "store" }],
    {},
    of("namespace", HERE, STORE),
  ],
  [
    "an account of another namespace, in a binding for any",
    [{ ...WEB, namespace: "store" }],
    { metadata: { name: "b" } },
  ],
  [
    "an account of another namespace, in a binding without metadata",
    [{ ...WEB, namespace: "store" }],
    { metadata: undefined },
  ],
  ["an account of any namespace, cluster-wide", [{ ...WEB, namespace: "store" }], CLUSTER_WIDE],
  [
    "an account, cluster-wide, with a namespace that means nothing",
    [{ ...WEB, namespace: "store" }],
    { kind: "ClusterRoleBinding" },
  ],
  ...[undefined, ""].map((namespace): [string, [typeof WEB], Partial<BindingLike>, Due] => [
    `an account of namespace ${JSON.stringify(namespace)}, cluster-wide`,
    [{ ...WEB, namespace: namespace as string }],
    CLUSTER_WIDE,
    of(
      "namespace",
      "ServiceAccount web has no namespace, and a ClusterRoleBinding does not have one, either",
      "Write the namespace of the service account.",
    ),
  ]),
  [
    "a misspelt kind",
    [{ ...WEB, kind: "user" }],
    {},
    of("kind", '"user" is not a kind of subject', "Did you mean User?", value("User")),
  ],
  [
    "a kind that is near to none",
    [{ ...WEB, kind: "Pod" }],
    {},
    of("kind", '"Pod" is not a kind of subject', "Did you mean ServiceAccount?"),
  ],
  [
    "a placeholder",
    [{ ...WEB, name: "<ACCOUNT>" }],
    {},
    of(
      "name",
      '"<ACCOUNT>" is a placeholder that was not replaced',
      "Write the name of a service account.",
    ),
  ],
  [
    "an account of the group of RBAC",
    [{ ...WEB, apiGroup: GROUP }],
    {},
    of("apiGroup", `a ServiceAccount is not of the API group "${GROUP}"`, "Remove apiGroup.", {
      kind: "remove",
    }),
  ],
  [
    "people of another group",
    [{ kind: "User", name: "system:serviceaccount:shop:web", apiGroup: "v1" }],
    {},
    of(
      "apiGroup",
      'a User is not of the API group "v1"',
      `Write apiGroup: ${GROUP}.`,
      value(GROUP),
    ),
  ],
  [
    "the name of the account as a user",
    [{ ...WEB, name: "system:serviceaccount:shop:web" }],
    {},
    of(
      "name",
      'a subject of kind ServiceAccount has only the name of the account, not "system:serviceaccount:shop:web"',
      "Write name: web.",
      value("web"),
    ),
  ],
  [
    "the name of an account of another namespace as a user",
    [{ ...WEB, name: "system:serviceaccount:store:web" }],
    {},
    of(
      "name",
      'a subject of kind ServiceAccount has only the name of the account, not "system:serviceaccount:store:web"',
      "Write name: web.",
    ),
  ],
  [
    "an impossible name",
    [{ ...WEB, name: "Web" }],
    {},
    of("name", 'no service account can be named "Web"', "Names are in lower case."),
  ],
  [
    "a person",
    [{ kind: "User", name: "alice", apiGroup: GROUP }],
    {},
    of("name", PEOPLE, "Write kind: ServiceAccount with its namespace."),
  ],
  [
    "a star, which is a name like any other",
    [{ kind: "User", name: "*" }],
    {},
    of("name", PEOPLE.replace("alice", "*"), "Write kind: ServiceAccount with its namespace."),
  ],
  ["the user of an account", [{ kind: "User", name: "system:serviceaccount:shop:web" }], {}],
  [
    "the user of an account elsewhere",
    [{ kind: "User", name: "system:serviceaccount:store:web" }],
    {},
    of("name", HERE, STORE),
  ],
  ["all accounts", [{ kind: "Group", name: "system:serviceaccounts", apiGroup: GROUP }], {}],
  ["whoever has logged in", [{ kind: "Group", name: "system:authenticated" }], {}],
  ["the accounts of the namespace", [{ kind: "Group", name: "system:serviceaccounts:shop" }], {}],
  [
    "the accounts of another namespace",
    [{ kind: "Group", name: "system:serviceaccounts:store" }],
    {},
    of("name", HERE, STORE),
  ],
  [
    "a group of people",
    [{ kind: "Group", name: "developers" }],
    {},
    of(
      "name",
      "service accounts are not in group developers: this does not let anybody use a credential spec",
      "Name service accounts, or the group system:serviceaccounts:NAMESPACE.",
    ),
  ],
  [
    "two faults in one subject, and one in the next",
    [{ kind: "User", name: "alice", apiGroup: "v1" }, WEB, { kind: "User", name: "alice" }],
    {},
    of(
      "apiGroup",
      'a User is not of the API group "v1"',
      `Write apiGroup: ${GROUP}.`,
      value(GROUP),
    ),
    of("name", PEOPLE, "Write kind: ServiceAccount with its namespace."),
    [
      "subjects[2].name",
      ["subjects", 2, "name"],
      PEOPLE,
      "Write kind: ServiceAccount with its namespace.",
    ],
  ],
])("binds %s", (_, subjects, change, ...due) => {
  expect(checkBinding(binding({ subjects, ...change }), knownRoles())).toEqual(due.map(problemOf));
});

const NOBODY = {
  level: "warning",
  reason: "binding",
  places: [{ path: ["subjects"], text: "subjects" }],
  problem:
    "this binding does not have any subjects, so it does not let anybody use a credential spec",
  remedy: "Add the service accounts of the Pods: kind ServiceAccount, with name and namespace.",
};
const MISSPELT = {
  level: "error",
  reason: "binding",
  places: [{ path: ["subject"], text: "subject" }],
  problem: "subject is not a field of a binding, and the API server refuses or drops it",
  remedy: "Did you mean subjects?",
};

test.each<[string, object, object[]]>([
  ["subjects that are null", { subjects: null }, [NOBODY]],
  ["an empty list", { subjects: [] }, [NOBODY]],
  ["an empty list, and another misspelt field", { subjects: [], metdata: {} }, [NOBODY]],
  [
    "a misspelt key and no subjects",
    { subject: [WEB] },
    [{ ...MISSPELT, fixes: [{ path: ["subject"], edit: { kind: "key", to: "subjects" } }] }],
  ],
  ["a misspelt key and subjects", { subject: [WEB], subjects: [WEB] }, [MISSPELT]],
])("binds nobody: %s", (_, change, due) => {
  const { apiVersion, kind, metadata, roleRef } = binding();
  const bare = { apiVersion, kind, metadata, roleRef };
  expect(checkBinding({ ...bare, ...change }, knownRoles())).toEqual(due);
});
