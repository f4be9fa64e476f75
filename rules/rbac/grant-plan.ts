/**
 * Plans the changes for granting and revoking `use`. Objects that gmsa did not create are used if they
 * allow what is needed, but are never changed or deleted.
 */
import type {
  RbacV1Subject,
  V1ClusterRole,
  V1ObjectMeta,
  V1PolicyRule,
  V1RoleBinding,
} from "@kubernetes/client-node";
import { isDeepStrictEqual } from "node:util";

import type { ServiceAccount } from "../credspec/cluster";
import { appliedWith, type Applier } from "./applied-with";
import { includes, RbacGrants } from "./grants";
import { MADE_BY_GMSA, useBinding, useRole } from "./use-grant";

/** The grant to create. */
export interface WantedGrant {
  credspec: string;
  account: ServiceAccount;
  /** The name of the ClusterRole; a name other than the default if another object has that. */
  roleName: string;
}

/** The change to an object for a grant. */
export type GrantStep<Item> =
  | { do: "create"; object: Item }
  | { do: "replace"; object: V1RoleBinding }
  /** @param isWider whether it allows more than the grant. */
  | { do: "keep"; object: Item; isWider: boolean }
  | { do: "refuse"; object: Item; reason: "does not allow it" };

/**
 * Whether gmsa created an object, according to its label, and no other tool manages it now. The label stays
 * if a tool applies a manifest to an object that gmsa has created.
 */
export function isOurs({ metadata }: { metadata?: V1ObjectMeta }): boolean {
  const hasLabel = Object.entries(MADE_BY_GMSA).every(
    ([key, value]) => metadata?.labels?.[key] === value,
  );
  return hasLabel && appliedWith(metadata) === undefined;
}

/** Adds the label of objects that gmsa has created. */
function marked<Item extends { metadata?: V1ObjectMeta }>(object: Item): Item {
  const metadata = Object.assign({}, object.metadata, { labels: { ...MADE_BY_GMSA } });
  return Object.assign({}, object, { metadata });
}

/** Plans the role of a grant, given the existing role of that name. */
export function planRole(
  wanted: WantedGrant,
  before: V1ClusterRole | undefined,
): GrantStep<V1ClusterRole> {
  const role = useRole(wanted.credspec, wanted.roleName);
  if (before === undefined) return { do: "create", object: marked(role) };
  if (!grants(before, useBinding(wanted.credspec, wanted.account, wanted.roleName), wanted)) {
    return { do: "refuse", object: before, reason: "does not allow it" };
  }
  return { do: "keep", object: before, isWider: !hasRulesOf(before, role) };
}

/** Plans the binding of a grant, given the existing binding of that name. */
export function planBinding(
  wanted: WantedGrant,
  before: V1RoleBinding | undefined,
): GrantStep<V1RoleBinding> {
  const binding = useBinding(wanted.credspec, wanted.account, wanted.roleName);
  if (before === undefined) return { do: "create", object: marked(binding) };
  if (!refersTo(before, wanted.roleName)) {
    return { do: "refuse", object: before, reason: "does not allow it" };
  }
  if (grants(useRole(wanted.credspec, wanted.roleName), before, wanted)) {
    return { do: "keep", object: before, isWider: false };
  }
  // The role of a binding is immutable, but subjects can be added if gmsa created the binding.
  if (!isOurs(before)) return { do: "refuse", object: before, reason: "does not allow it" };
  const subjects = [...(before.subjects ?? []), ...(binding.subjects ?? [])];
  return { do: "replace", object: withSubjects(before, subjects) };
}

/** The change to an object for a revocation. */
export type RevocationStep<Item> =
  | { do: "delete"; object: Item }
  /** The binding keeps its other subjects. */
  | { do: "replace"; object: V1RoleBinding }
  | ({ do: "keep"; object: Item } & KeepReason);

/** Why gmsa keeps an object. */
export type KeepReason =
  | { reason: "made by others" | "rules of others" }
  | { reason: "applied"; with: Applier };

/** Plans the removal of the binding of a grant. */
export function planUnbinding(
  { account }: WantedGrant,
  binding: V1RoleBinding,
): RevocationStep<V1RoleBinding> {
  if (!isOurs(binding)) return { do: "keep", object: binding, ...ownerOf(binding) };
  const own = { kind: "ServiceAccount", name: account.name, namespace: account.namespace };
  const others = (binding.subjects ?? []).filter(
    subject => subject.kind !== own.kind || !includes(subject, account),
  );
  if (others.length === 0) return { do: "delete", object: binding };
  return { do: "replace", object: withSubjects(binding, others) };
}

/** Plans the removal of a role that no binding refers to any more. */
export function planUnusedRole(
  { credspec, roleName }: Pick<WantedGrant, "credspec" | "roleName">,
  role: V1ClusterRole,
): Exclude<RevocationStep<V1ClusterRole>, { do: "replace" }> {
  if (!isOurs(role)) return { do: "keep", object: role, ...ownerOf(role) };
  // An aggregated role has the rules of other roles, even if it now matches the grant.
  if (isAggregated(role) || !hasRulesOf(role, useRole(credspec, roleName))) {
    return { do: "keep", object: role, reason: "rules of others" };
  }
  return { do: "delete", object: role };
}

function ownerOf({ metadata }: { metadata?: V1ObjectMeta }): KeepReason {
  const applier = appliedWith(metadata);
  return applier === undefined
    ? { reason: "made by others" }
    : { reason: "applied", with: applier };
}

function withSubjects(binding: V1RoleBinding, subjects: RbacV1Subject[]): V1RoleBinding {
  return Object.assign({}, binding, { subjects });
}

function grants(
  clusterRole: V1ClusterRole,
  binding: V1RoleBinding,
  { account, credspec }: WantedGrant,
): boolean {
  const objects = {
    roles: [],
    clusterRoles: [clusterRole],
    roleBindings: [binding],
    clusterRoleBindings: [],
  };
  return new RbacGrants(objects).for(account, credspec).length > 0;
}

function refersTo({ roleRef }: V1RoleBinding, role: string): boolean {
  return roleRef.kind === "ClusterRole" && roleRef.name === role;
}

/** The API server may return null, although the type does not say so. */
function isAggregated({ aggregationRule = null }: { aggregationRule?: object | null }): boolean {
  return aggregationRule !== null;
}

/** Whether its rules are these and no others, in any order. */
function hasRulesOf(role: V1ClusterRole, wanted: V1ClusterRole): boolean {
  return isDeepStrictEqual(plain(role.rules), plain(wanted.rules));
}

/** Sorts the lists and drops the empty ones, which clients may add. */
function plain(rules: readonly V1PolicyRule[] | null | undefined): object[] {
  return (rules ?? []).map(rule => {
    const lists = Object.entries(rule) as [string, string[] | null | undefined][];
    return Object.fromEntries(
      lists
        .filter(([, values]) => (values ?? []).length > 0)
        .map(([key, values]) => [key, [...(values ?? [])].sort()] as const),
    );
  });
}
