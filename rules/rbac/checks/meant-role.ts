/** The role that a binding refers to, or was to refer to. */
import type { V1PolicyRule } from "@kubernetes/client-node";

import { isNear } from "../../near";
import type { ObjectLike, ObjectMetadata } from "../../object";
import { readRule } from "./near-grant";

/** A role, as it is written. */
export interface RoleLike extends ObjectLike {
  rules?: V1PolicyRule[] | null;
}

interface Referring {
  roleRef: { kind: string; name: string };
  metadata?: ObjectMetadata | undefined;
}

/** The role that is referred to, or one of the same name that was meant. */
export function roleMeant(
  { roleRef, metadata }: Referring,
  roles: readonly RoleLike[],
): RoleLike | undefined {
  const named = roles.filter(role => role.metadata?.name === roleRef.name);
  const fits = (role: RoleLike): boolean =>
    role.kind === roleRef.kind &&
    (role.kind !== "Role" || isSameNamespace(role.metadata?.namespace, metadata?.namespace));
  return (
    named.find(fits) ??
    named[0] ??
    roles.find(({ metadata }) => isNear(roleRef.name, metadata?.name ?? ""))
  );
}

/** Objects without a namespace go where they are applied. */
export function isSameNamespace(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || right === undefined || left === right;
}

/** Whether a role grants `use` on credential specs, or was to. */
export function concernsUse({ rules }: RoleLike): boolean {
  return (rules ?? [])
    .map(readRule)
    .some(({ grants, concerns, wants }) => (grants && concerns) || wants);
}
