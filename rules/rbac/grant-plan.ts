/**
 * What granting, and taking away, makes of the objects that are there. What somebody else has made is
 * used as it is if it says what is needed, and is never changed or deleted.
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
import { includes, RbacGrants } from "./grants";
import { MADE_BY_GMSA, useBinding, useRole } from "./use-grant";

/** A grant that is wanted. */
export interface WantedGrant {
  credspec: string;
  account: ServiceAccount;
  /** Of the ClusterRole; another one than is usual if somebody else has that. */
  roleName: string;
}

/** What becomes of an object. */
export type GrantStep<Item> =
  | { do: "create"; object: Item }
  | { do: "replace"; object: V1RoleBinding }
  /** @param isWider it allows more than this. */
  | { do: "keep"; object: Item; isWider: boolean }
  | { do: "refuse"; object: Item; reason: "does not allow it" };

/** Whether gmsa has made an object; nothing but its label says so. */
export function isOurs({ metadata }: { metadata?: V1ObjectMeta }): boolean {
  return Object.entries(MADE_BY_GMSA).every(([key, value]) => metadata?.labels?.[key] === value);
}

/** The role of a grant, with what is there by its name. */
export function planRole(
  wanted: WantedGrant,
  before: V1ClusterRole | undefined,
): GrantStep<V1ClusterRole> {
  const role = useRole(wanted.credspec, wanted.roleName);
  if (before === undefined) return { do: "create", object: role };
  if (!grants(before, useBinding(wanted.credspec, wanted.account, wanted.roleName), wanted)) {
    return { do: "refuse", object: before, reason: "does not allow it" };
  }
  return { do: "keep", object: before, isWider: !hasRulesOf(before, role) };
}

/** The binding of a grant, with what is there by its name. */
export function planBinding(
  wanted: WantedGrant,
  before: V1RoleBinding | undefined,
): GrantStep<V1RoleBinding> {
  const binding = useBinding(wanted.credspec, wanted.account, wanted.roleName);
  if (before === undefined) return { do: "create", object: binding };
  if (!refersTo(before, wanted.roleName)) {
    return { do: "refuse", object: before, reason: "does not allow it" };
  }
  if (grants(useRole(wanted.credspec, wanted.roleName), before, wanted)) {
    return { do: "keep", object: before, isWider: false };
  }
  // A role cannot be taken out of a binding; who is bound can be added to one of ours.
  if (!isOurs(before)) return { do: "refuse", object: before, reason: "does not allow it" };
  const subjects = [...(before.subjects ?? []), ...(binding.subjects ?? [])];
  return { do: "replace", object: withSubjects(before, subjects) };
}

/** What taking a grant away makes of an object. */
export type RevocationStep<Item> =
  | { do: "delete"; object: Item }
  /** Others have been added to it, and keep what they have. */
  | { do: "replace"; object: V1RoleBinding }
  | { do: "keep"; object: Item; reason: "made by others" | "rules of others" };

/** The binding of a grant that is taken away. */
export function planUnbinding(
  { account }: WantedGrant,
  binding: V1RoleBinding,
): RevocationStep<V1RoleBinding> {
  if (!isOurs(binding)) return { do: "keep", object: binding, reason: "made by others" };
  const own = { kind: "ServiceAccount", name: account.name, namespace: account.namespace };
  const others = (binding.subjects ?? []).filter(
    subject => subject.kind !== own.kind || !includes(subject, account),
  );
  if (others.length === 0) return { do: "delete", object: binding };
  return { do: "replace", object: withSubjects(binding, others) };
}

/** A role that nothing refers to any more. */
export function planUnusedRole(
  { credspec, roleName }: Pick<WantedGrant, "credspec" | "roleName">,
  role: V1ClusterRole,
): Exclude<RevocationStep<V1ClusterRole>, { do: "replace" }> {
  if (!isOurs(role)) return { do: "keep", object: role, reason: "made by others" };
  // The rules of an aggregated role are those of others, whatever they are now.
  if (isAggregated(role) || !hasRulesOf(role, useRole(credspec, roleName))) {
    return { do: "keep", object: role, reason: "rules of others" };
  }
  return { do: "delete", object: role };
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

/** The API server may have null where the type has nothing. */
function isAggregated({ aggregationRule = null }: { aggregationRule?: object | null }): boolean {
  return aggregationRule !== null;
}

/** Whether its rules are these and no others, in any order. */
function hasRulesOf(role: V1ClusterRole, wanted: V1ClusterRole): boolean {
  return isDeepStrictEqual(plain(role.rules), plain(wanted.rules));
}

/** Without what a client fills in. */
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
