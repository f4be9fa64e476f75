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

/** The name of an RBAC object. */
export interface ObjectName {
  kind: "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding";
  name: string;
  namespace?: string;
}

/** The credential specs that a role allows to use. */
export interface CredspecRole {
  name: ObjectName;
  /** Whether one of its rules does not name credential specs, and therefore allows all of them. */
  everyCredspec: boolean;
  /** Whether such a rule allows every verb or every resource. */
  byWildcard: boolean;
  /** The credential specs that its rules name. */
  credspecs: ReadonlySet<string>;
}

/** A binding and the role that it refers to. */
export interface Binding {
  name: ObjectName;
  roleRef: V1RoleRef;
  /** Undefined if the role does not exist, or is of a kind that the binding may not refer to. */
  role: CredspecRole | undefined;
  subjects: RbacV1Subject[];
}

/** Resolves all bindings: RoleBindings first, in the order given. */
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

/** Describes an RBAC object: `RoleBinding use-gmsa-webapp1 in namespace shop`. */
export function describeObject({ kind, name, namespace }: ObjectName): string {
  return `${kind} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

/** If two objects have the same name, the last one counts, as it would in a cluster. */
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

/**
 * Returns the credential specs that rules allow to use. The rules may come from a role or from a
 * SelfSubjectRulesReview.
 */
export function usableBy(rules: readonly V1PolicyRule[]): Omit<CredspecRole, "name"> {
  const allowing = rules.filter(allowsUse);
  const ofEvery = allowing.filter(({ resourceNames }) => isEmpty(resourceNames));
  return {
    everyCredspec: ofEvery.length > 0,
    byWildcard: ofEvery.some(
      ({ verbs, resources }) => verbs.includes("*") || resources?.includes("*") === true,
    ),
    // In resourceNames, `*` is an ordinary name.
    credspecs: new Set(allowing.flatMap(({ resourceNames }) => resourceNames ?? [])),
  };
}

function keyOf({ kind, name, namespace = "" }: ObjectName): string {
  return `${kind}/${namespace}/${name}`;
}

/**
 * As in the API server's authorizer, a service account without a namespace is in that of the binding.
 */
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

/** In YAML, null means an absent list. */
function isEmpty(values: string[] | null | undefined): boolean {
  return (values?.length ?? 0) === 0;
}

/**
 * Returns the rules of a ClusterRole. An aggregated one has the rules of the ClusterRoles that its
 * selectors match. In a cluster, the controller manager has already copied them into it. In manifests,
 * it has not.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
function rulesOf(
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
