/**
 * RoleBindings and ClusterRoleBindings with the roles that they refer to.
 *
 * Source: the API server's VerbMatches, APIGroupMatches, ResourceMatches, ResourceNameMatches
 * (component-helpers/auth/rbac).
 */
import type {
  V1RoleRef,
  RbacV1Subject,
  V1RoleBinding,
  V1ClusterRoleBinding,
  V1PolicyRule,
  V1ClusterRole,
} from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE } from "../credspec/resource";
import { selects } from "../label-selector";
import type { RbacObjects } from "./rbac-objects";

/** An RBAC object. */
export interface ObjectName {
  kind: "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding";
  name: string;
  namespace?: string;
}

/** What a role says of the use of credspecs. */
export interface CredspecRole {
  name: ObjectName;
  /** One of its rules names no credspecs, and so allows every one. */
  everyCredspec: boolean;
  /** Those that its rules name. */
  credspecs: ReadonlySet<string>;
}

/** A binding, with its role. */
export interface Binding {
  name: ObjectName;
  roleRef: V1RoleRef;
  /** Undefined if it is not there, or not of a kind that the binding may refer to. */
  role: CredspecRole | undefined;
  subjects: RbacV1Subject[];
}

/** All bindings: RoleBindings first, in the order given. */
export function resolveBindings(rbac: RbacObjects): Binding[] {
  const roles = new Map(rolesOf(rbac).map(role => [keyOf(role.name), role]));
  const resolve = (
    name: ObjectName,
    { roleRef, subjects }: V1RoleBinding | V1ClusterRoleBinding,
  ): Binding => ({
    name,
    roleRef,
    role: roles.get(
      keyOf({
        kind: roleRef.kind as ObjectName["kind"],
        name: roleRef.name,
        ...(roleRef.kind === "Role" ? { namespace: name.namespace } : {}),
      }),
    ),
    subjects: (subjects ?? []).map(subject => withNamespace(subject, name.namespace)),
  });
  return [
    ...rbac.roleBindings.map(binding => {
      const { name = "", namespace = "default" } = binding.metadata ?? {};
      return resolve({ kind: "RoleBinding", name, namespace }, binding);
    }),
    ...rbac.clusterRoleBindings.map(binding =>
      resolve({ kind: "ClusterRoleBinding", name: binding.metadata?.name ?? "" }, binding),
    ),
  ];
}

/** An RBAC object in words: `RoleBinding use-gmsa-webapp1 in namespace shop`. */
export function describeObject({ kind, name, namespace }: ObjectName): string {
  return `${kind} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

/** As in a cluster, where of two objects with one name there can be only the last. */
function rolesOf({ roles, clusterRoles }: RbacObjects): CredspecRole[] {
  return [
    ...roles.map(({ metadata, rules }) => {
      const { name = "", namespace } = metadata ?? {};
      return credspecRole({ kind: "Role", name, namespace }, rules ?? []);
    }),
    ...clusterRoles.map(role => {
      const { name = "" } = role.metadata ?? {};
      return credspecRole({ kind: "ClusterRole", name }, rulesOf(role, clusterRoles));
    }),
  ];
}

function credspecRole(name: ObjectName, rules: readonly V1PolicyRule[]): CredspecRole {
  return { name, ...usableBy(rules) };
}

/** The credspecs that rules let one use, whether of a role or of a SelfSubjectRulesReview. */
export function usableBy(rules: readonly V1PolicyRule[]): Omit<CredspecRole, "name"> {
  const allowing = rules.filter(allowsUse);
  return {
    everyCredspec: allowing.some(({ resourceNames }) => isEmpty(resourceNames)),
    // Here `*` is a name like any other.
    credspecs: new Set(allowing.flatMap(({ resourceNames }) => resourceNames ?? [])),
  };
}

function keyOf({ kind, name, namespace = "" }: ObjectName): string {
  return `${kind}/${namespace}/${name}`;
}

/** As the authorizer reads it: an account without a namespace is one of the binding's. */
function withNamespace(subject: RbacV1Subject, namespace: string | undefined): RbacV1Subject {
  return subject.kind === "ServiceAccount"
    ? { kind: subject.kind, name: subject.name, namespace: subject.namespace ?? namespace }
    : subject;
}

function allowsUse(rule: V1PolicyRule): boolean {
  return (
    has(rule.verbs, "use") &&
    has(rule.apiGroups, CREDSPEC_RESOURCE.group) &&
    has(rule.resources, CREDSPEC_RESOURCE.plural)
  );
}

function has(values: string[] | undefined, value: string): boolean {
  return values?.some(one => one === "*" || one === value) === true;
}

/** A null in YAML stands for an absent list. */
function isEmpty(values: string[] | null | undefined): boolean {
  return (values?.length ?? 0) === 0;
}

/**
 * The rules of a ClusterRole. For one that aggregates, its own and those of the ClusterRoles that
 * its selectors match: in a cluster the controller manager has written them into it already, in
 * manifests nobody has yet.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
export function rulesOf(
  role: V1ClusterRole,
  all: readonly V1ClusterRole[],
  seen: ReadonlySet<V1ClusterRole> = new Set(),
): V1PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  if (selectors.length === 0) return role.rules ?? [];
  const inside = new Set([...seen, role]);
  const parts = all.filter(
    other =>
      !inside.has(other) &&
      selectors.some(selector => selects(selector, other.metadata?.labels ?? {})),
  );
  return [...(role.rules ?? []), ...parts.flatMap(part => rulesOf(part, all, inside))];
}
