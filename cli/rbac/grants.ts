/**
 * Who may `use` a credspec, by RBAC objects alone. Other authorizers, such as a webhook, are not
 * seen here; a SubjectAccessReview asks all of them.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ and the API server's
 * VerbMatches, APIGroupMatches, ResourceMatches, ResourceNameMatches (component-helpers/auth/rbac).
 */
import type {
  RbacV1Subject,
  V1ClusterRole,
  V1PolicyRule,
  V1RoleRef,
} from "@kubernetes/client-node";

import type { ServiceAccount } from "../../capabilities/cluster";
import { CREDSPEC_RESOURCE } from "../../capabilities/credspec-resource";
import { rulesOf } from "./aggregation";
import { RBAC_GROUP } from "./rbac-objects";
import type { RbacObjects } from "./rbac-objects";

/** A subject that may use a credspec, and the objects that say so. */
export interface Grant {
  subject: RbacV1Subject;
  binding: ObjectName;
  role: ObjectName;
  /** Where it counts: Pods of this namespace; undefined for all. */
  namespace: string | undefined;
  /** The rule names no credspecs, and so allows every one. */
  everyCredspec: boolean;
}

/** An RBAC object. */
export interface ObjectName {
  kind: "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding";
  name: string;
  namespace?: string;
}

interface Binding {
  name: ObjectName;
  roleRef: V1RoleRef;
  subjects: RbacV1Subject[];
}

/** Every grant of `use` on a credspec, by bindings in the order given. */
export function grantsOf(credspecName: string, rbac: RbacObjects): Grant[] {
  return bindingsOf(rbac).flatMap(binding => {
    const role = roleOf(binding, rbac);
    const allowing = role?.rules.filter(rule => allowsUse(rule, credspecName)) ?? [];
    if (role === undefined || allowing.length === 0) return [];
    const everyCredspec = allowing.some(({ resourceNames }) => isEmpty(resourceNames));
    const { namespace } = binding.name;
    return binding.subjects.map(subject => ({
      subject: withNamespace(subject, namespace),
      binding: binding.name,
      role: role.name,
      namespace,
      everyCredspec,
    }));
  });
}

/** The grants that let a service account use a credspec in Pods of its own namespace. */
export function grantsFor(
  serviceAccount: ServiceAccount,
  credspecName: string,
  rbac: RbacObjects,
): Grant[] {
  return grantsOf(credspecName, rbac).filter(
    ({ namespace, subject }) =>
      (namespace === undefined || namespace === serviceAccount.namespace) &&
      includes(subject, serviceAccount),
  );
}

/**
 * Why the API server's RBAC authorizer says no, in its words: bindings of this account whose role is
 * not there. Empty in the usual case, in which nothing allows it and nothing is wrong either.
 *
 * Source: RBACAuthorizer.Authorize and VisitRulesFor (plugin/pkg/auth/authorizer/rbac,
 * pkg/registry/rbac/validation): ClusterRoleBindings first, then RoleBindings of the namespace.
 */
export function denialReasonFor(account: ServiceAccount, rbac: RbacObjects): string {
  const dangling = bindingsOf(rbac)
    .filter(
      ({ name: { namespace }, subjects }) =>
        (namespace === undefined || namespace === account.namespace) &&
        subjects.some(subject => includes(withNamespace(subject, namespace), account)),
    )
    .filter(binding => roleOf(binding, rbac) === undefined)
    .sort(({ name: left }, { name: right }) => rank(left) - rank(right))
    .map(
      ({ roleRef }) => `${roleRef.kind.toLowerCase()}.${RBAC_GROUP} "${roleRef.name}" not found`,
    );
  const errors = [...new Set(dangling)];
  const [first, second] = errors;
  if (first === undefined) return "";
  return `RBAC: ${second === undefined ? first : `[${errors.join(", ")}]`}`;
}

function rank({ kind }: ObjectName): number {
  return kind === "ClusterRoleBinding" ? 0 : 1;
}

/** Whether a subject of a binding is the service account, or a group that it is in. */
export function includes(
  { kind, name, namespace }: RbacV1Subject,
  account: ServiceAccount,
): boolean {
  switch (kind) {
    case "ServiceAccount":
      return name === account.name && namespace === account.namespace;
    case "User":
      return name === "*" || name === `system:serviceaccount:${account.namespace}:${account.name}`;
    case "Group":
      return [
        "system:serviceaccounts",
        `system:serviceaccounts:${account.namespace}`,
        "system:authenticated",
      ].includes(name);
    default:
      return false;
  }
}

/** An RBAC object in words: `RoleBinding use-gmsa-webapp1 in namespace shop`. */
export function describeObject({ kind, name, namespace }: ObjectName): string {
  return `${kind} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

function bindingsOf({ roleBindings, clusterRoleBindings }: RbacObjects): Binding[] {
  return [
    ...roleBindings.map(
      ({ metadata, roleRef, subjects }): Binding => ({
        name: {
          kind: "RoleBinding",
          name: metadata?.name ?? "",
          namespace: metadata?.namespace ?? "default",
        },
        roleRef,
        subjects: subjects ?? [],
      }),
    ),
    ...clusterRoleBindings.map(
      ({ metadata, roleRef, subjects }): Binding => ({
        name: { kind: "ClusterRoleBinding", name: metadata?.name ?? "" },
        roleRef,
        subjects: subjects ?? [],
      }),
    ),
  ];
}

/** As the authorizer reads it: an account without a namespace is one of the binding's. */
function withNamespace(subject: RbacV1Subject, namespace: string | undefined): RbacV1Subject {
  return subject.kind === "ServiceAccount"
    ? { kind: subject.kind, name: subject.name, namespace: subject.namespace ?? namespace }
    : subject;
}

/** What a binding refers to; undefined if it is not there, or not of a kind it may refer to. */
function roleOf(
  { name: { namespace }, roleRef }: Binding,
  { roles, clusterRoles }: RbacObjects,
): { name: ObjectName; rules: V1PolicyRule[] } | undefined {
  if (roleRef.kind === "ClusterRole") {
    const role = clusterRoles.find(({ metadata }) => metadata?.name === roleRef.name);
    return role && { name: nameOf(role), rules: rulesOf(role, clusterRoles) };
  }
  if (roleRef.kind !== "Role" || namespace === undefined) return undefined;
  const role = roles.find(
    ({ metadata }) => metadata?.name === roleRef.name && metadata.namespace === namespace,
  );
  return role && { name: { kind: "Role", name: roleRef.name, namespace }, rules: role.rules ?? [] };
}

function nameOf({ metadata }: V1ClusterRole): ObjectName {
  return { kind: "ClusterRole", name: metadata?.name ?? "" };
}

function allowsUse(rule: V1PolicyRule, credspecName: string): boolean {
  return (
    has(rule.verbs, "use") &&
    has(rule.apiGroups, CREDSPEC_RESOURCE.group) &&
    has(rule.resources, CREDSPEC_RESOURCE.plural) &&
    // Here `*` is a name like any other.
    (isEmpty(rule.resourceNames) || rule.resourceNames?.includes(credspecName) === true)
  );
}

function has(values: string[] | undefined, value: string): boolean {
  return values?.some(one => one === "*" || one === value) === true;
}

/** A null in YAML stands for an absent list. */
function isEmpty(values: string[] | null | undefined): boolean {
  return (values?.length ?? 0) === 0;
}
