import type { RbacV1Subject, V1RoleRef } from "@kubernetes/client-node";

import { type Edit, fieldOf, type FieldPath, type Problem } from "../../problem";
import { isNear, nearest } from "../../near";
import { isObjectName, type ObjectLike } from "../../object";
import { placeholderIn } from "../../placeholder";
import { RBAC_GROUP } from "../rbac-objects";
import { isSameNamespace, type KnownRoles, type RoleLike } from "./meant-role";
import { usableBy } from "../binding";
import { GROUP_OF_NAMESPACE, widthOf } from "../wide-grant";
import { checkSubjects } from "./no-subjects";

/** A problem of a RoleBinding or a ClusterRoleBinding. */
export type BindingProblem = Problem<"binding">;

/** A binding in a manifest. */
export interface BindingLike extends ObjectLike {
  roleRef: V1RoleRef;
  subjects?: RbacV1Subject[] | null;
}

type Words = readonly [problem: string, remedy: string, edit?: Edit | undefined];

/**
 * The kinds of subjects. ServiceAccount has no API group, and the others have that of RBAC. A misspelt word
 * is near to at most one of them, so that one is meant.
 */
const SUBJECT_KINDS = ["ServiceAccount", "User", "Group"];
const ROLE_KINDS = ["ClusterRole", "Role"];
const OF_SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
/** The name of a ServiceAccount, written as its user name or in a form that commands accept. */
const NAMESPACE_AND_NAME = /^(?:system:serviceaccount:)?([^:/]+)[:/]([^:/]+)$/;

/**
 * Checks bindings to roles about credential specs. Reports subjects that no GMSA Pod runs as, and roles
 * that do not exist.
 *
 * Restricted fields: roleRef and subjects. Allowed: values that the API server accepts, and subjects
 * that include a service account of the binding's namespace.
 *
 * Source: RBAC validation of the API server, and its subject locator (plugin/pkg/auth/authorizer/rbac).
 *
 * @param roles all known roles.
 */
export function checkBinding(binding: BindingLike, roles: KnownRoles): BindingProblem[] {
  const meant = roles.meantBy(binding);
  if (meant === undefined) return widthProblems(binding, roles);
  const about = [
    ...roleRefProblems(binding, meant),
    ...(binding.subjects ?? []).flatMap((subject, index) =>
      subjectProblems(subject, binding).map(([key, words]): [FieldPath, Words] => [
        ["subjects", index, key],
        words,
      ]),
    ),
  ];
  const found = about.map(
    ([path, [problem, remedy, edit]]): BindingProblem => ({
      level: "error",
      reason: "binding",
      places: [{ path, text: fieldOf(path) }],
      problem,
      remedy,
      ...(edit === undefined ? {} : { fixes: [{ path, edit }] }),
    }),
  );
  return [...found, ...checkSubjects(binding), ...widthProblems(binding, roles)];
}

/** The rules of Kubernetes' own role cluster-admin, which every cluster has. */
const CLUSTER_ADMIN = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];

/** Warns if everybody may use credential specs. Roles that allow everything also allow that. */
function widthProblems(binding: BindingLike, roles: KnownRoles): BindingProblem[] {
  const { kind, name } = binding.roleRef;
  const isAdmin = kind === "ClusterRole" && name === "cluster-admin";
  const rules = isAdmin ? CLUSTER_ADMIN : (roles.referredBy(binding)?.rules ?? []);
  const namespace =
    binding.kind === "RoleBinding" ? (binding.metadata?.namespace ?? "default") : undefined;
  const usable = usableBy(rules);
  return (binding.subjects ?? []).flatMap((subject, index): BindingProblem[] => {
    const problem = widthOf(subject, namespace, usable);
    const path = ["subjects", index, "name"];
    return problem === undefined
      ? []
      : [
          {
            level: "warning",
            reason: "binding",
            places: [{ path, text: fieldOf(path) }],
            problem: `${problem}, because group ${subject.name} is bound to ${kind} ${name}`,
            remedy:
              "Name the service accounts that need it, and their credential specs in the role.",
          },
        ];
  });
}

function roleRefProblems(binding: BindingLike, meant: RoleLike): [FieldPath, Words][] {
  const { apiGroup = "" } = binding.roleRef as { apiGroup?: string };
  const about = kindProblem(binding, meant) ?? nameProblem(binding, meant);
  return [
    ...(["", RBAC_GROUP].includes(apiGroup)
      ? []
      : [
          at("apiGroup", [
            `"${apiGroup}" is not the API group of roles`,
            `Write apiGroup: ${RBAC_GROUP}, without a version.`,
            writing(RBAC_GROUP),
          ]),
        ]),
    ...(about === undefined ? [] : [about]),
  ];
}

function at(key: keyof V1RoleRef, words: Words): [FieldPath, Words] {
  return [["roleRef", key], words];
}

function kindProblem(
  { kind: bindingKind, roleRef: { kind, name } }: BindingLike,
  meant: RoleLike,
): [FieldPath, Words] | undefined {
  if (!ROLE_KINDS.includes(kind)) {
    return at("kind", [
      `"${kind}" is not a kind of role`,
      `Did you mean ${meant.kind}?`,
      isNear(kind, meant.kind) ? writing(meant.kind) : undefined,
    ]);
  }
  if (bindingKind === "ClusterRoleBinding" && kind === "Role") {
    return at("kind", [
      "a ClusterRoleBinding cannot refer to a Role",
      "Write a RoleBinding in the namespace of the Role, or refer to a ClusterRole.",
    ]);
  }
  return kind === meant.kind || name !== meant.metadata?.name
    ? undefined
    : at("kind", [
        `there is no ${kind} ${name} here, but a ${meant.kind}`,
        `Write kind: ${meant.kind}.`,
      ]);
}

function nameProblem(
  { metadata, roleRef: { kind, name } }: BindingLike,
  { metadata: { name: meant = "", namespace } = {} }: RoleLike,
): [FieldPath, Words] | undefined {
  if (name !== meant) {
    return at("name", [`there is no ${kind} ${name} here`, `Did you mean ${meant}?`]);
  }
  const own = metadata?.namespace;
  if (kind !== "Role" || isSameNamespace(namespace, own)) return undefined;
  return at("name", [
    `Role ${name} is in namespace ${String(namespace)}, and the binding in ${String(own)}`,
    "Put both in the namespace of the Pods, or write a ClusterRole.",
  ]);
}

function subjectProblems(
  subject: RbacV1Subject,
  binding: BindingLike,
): [keyof RbacV1Subject, Words][] {
  const { kind, name, apiGroup = "" } = subject;
  if (!SUBJECT_KINDS.includes(kind)) {
    const near = nearest(kind, SUBJECT_KINDS);
    const meant = near ?? "ServiceAccount";
    const edit = near === undefined ? undefined : writing(near);
    return [["kind", [`"${kind}" is not a kind of subject`, `Did you mean ${meant}?`, edit]]];
  }
  const placeholder = placeholderIn(name);
  if (placeholder !== undefined) {
    return [
      [
        "name",
        [
          `"${name}" is a placeholder that was not replaced`,
          "Write the name of a service account.",
        ],
      ],
    ];
  }
  const wrongGroup =
    kind === "ServiceAccount" ? apiGroup !== "" : !["", RBAC_GROUP].includes(apiGroup);
  const ofGroup: [keyof RbacV1Subject, Words][] = wrongGroup
    ? [
        [
          "apiGroup",
          [`a ${kind} is not of the API group "${apiGroup}"`, groupRemedy(kind), groupEdit(kind)],
        ],
      ]
    : [];
  return [...ofGroup, ...whoProblems(subject, binding)];
}

function writing(to: string): Edit {
  return { kind: "value", to };
}

function groupEdit(kind: string): Edit {
  return kind === "ServiceAccount" ? { kind: "remove" } : writing(RBAC_GROUP);
}

function groupRemedy(kind: string): string {
  return kind === "ServiceAccount" ? "Remove apiGroup." : `Write apiGroup: ${RBAC_GROUP}.`;
}

function whoProblems(subject: RbacV1Subject, binding: BindingLike): [keyof RbacV1Subject, Words][] {
  switch (subject.kind) {
    case "ServiceAccount":
      return serviceAccountProblems(subject, binding);
    case "User":
      return userProblems(subject, binding);
    default:
      return groupProblems(subject, binding);
  }
}

function serviceAccountProblems(
  { name, namespace }: RbacV1Subject,
  binding: BindingLike,
): [keyof RbacV1Subject, Words][] {
  const [, ofUser, plain = ""] = NAMESPACE_AND_NAME.exec(name) ?? [];
  if (ofUser !== undefined) {
    const words: Words = [
      `a subject of kind ServiceAccount has only the name of the account, not "${name}"`,
      `Write name: ${plain}.`,
      ofUser === namespace ? writing(plain) : undefined,
    ];
    return [["name", words]];
  }
  if (!isObjectName(name)) {
    return [["name", [`no service account can be named "${name}"`, "Names are in lower case."]]];
  }
  if (binding.kind === "ClusterRoleBinding" && (namespace ?? "") === "") {
    const words: Words = [
      `ServiceAccount ${name} has no namespace, and a ClusterRoleBinding does not have one, either`,
      "Write the namespace of the service account.",
    ];
    return [["namespace", words]];
  }
  return elsewhere(namespace, binding, "namespace");
}

function userProblems(
  { name }: RbacV1Subject,
  binding: BindingLike,
): [keyof RbacV1Subject, Words][] {
  const namespace = OF_SERVICE_ACCOUNT.exec(name)?.[1];
  if (namespace !== undefined) return elsewhere(namespace, binding, "name");
  const words: Words = [
    `Pods run as service accounts, and User ${name} is not one: this does not let anybody use a credential spec`,
    "Write kind: ServiceAccount with its namespace.",
  ];
  return [["name", words]];
}

function groupProblems(
  { name }: RbacV1Subject,
  binding: BindingLike,
): [keyof RbacV1Subject, Words][] {
  if (["system:serviceaccounts", "system:authenticated"].includes(name)) return [];
  const namespace = GROUP_OF_NAMESPACE.exec(name)?.[1];
  if (namespace !== undefined) return elsewhere(namespace, binding, "name");
  const words: Words = [
    `service accounts are not in group ${name}: this does not let anybody use a credential spec`,
    "Name service accounts, or the group system:serviceaccounts:NAMESPACE.",
  ];
  return [["name", words]];
}

/**
 * A Pod runs as a service account of its own namespace, and a RoleBinding applies to its own namespace
 * only.
 */
function elsewhere(
  namespace: string | undefined,
  { kind, metadata }: BindingLike,
  key: keyof RbacV1Subject,
): [keyof RbacV1Subject, Words][] {
  const own = metadata?.namespace;
  if (kind !== "RoleBinding" || own === undefined || namespace === undefined || namespace === own) {
    return [];
  }
  const words: Words = [
    `the binding counts for Pods in namespace ${own}, whose service accounts are not those of ${namespace}`,
    `Put the binding in namespace ${namespace}.`,
  ];
  return [[key, words]];
}
