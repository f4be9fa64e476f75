/**
 * Finds grants of `use` on every credential spec to everybody, or to all service accounts of a namespace by a
 * role that allows `*`, which was not written for GMSA.
 *
 * Source: the groups that every request has, https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */
import type { RbacV1Subject } from "@kubernetes/client-node";

import { resolveBindings, type CredspecRole, type ObjectName } from "./binding";
import type { RbacObjects } from "./rbac-objects";

/** Groups of all users: those who log in, those who do not, and all service accounts. */
const EVERYBODY = ["system:authenticated", "system:unauthenticated", "system:serviceaccounts"];
/** The group of all service accounts of a namespace, which is its first match. */
export const GROUP_OF_NAMESPACE = /^system:serviceaccounts:([^:]+)$/;

/** A binding with a wide grant, and its subject. */
export interface WideGrant {
  binding: ObjectName;
  role: ObjectName;
  /** The name of the subject, a group. */
  group: string;
  /** A clause: "every service account may use every credential spec". */
  problem: string;
}

/** Every wide grant, in the order of the bindings. */
export function wideGrants(rbac: RbacObjects): WideGrant[] {
  return resolveBindings(rbac).flatMap(({ name, role, subjects }) =>
    role === undefined
      ? []
      : subjects.flatMap(subject => {
          const problem = widthOf(subject, name.namespace, role);
          const of = { binding: name, role: role.name, group: subject.name };
          return problem === undefined ? [] : [{ ...of, problem }];
        }),
  );
}

/**
 * Describes why a grant is wide, as a clause; undefined if it is not. A role that names credential specs, or
 * that grants `use` to the service accounts of one namespace, is intended.
 *
 * @param namespace the namespace of a RoleBinding; undefined for a ClusterRoleBinding.
 */
export function widthOf(
  { kind, name }: RbacV1Subject,
  namespace: string | undefined,
  { everyCredspec, byWildcard }: Pick<CredspecRole, "everyCredspec" | "byWildcard">,
): string | undefined {
  if (kind !== "Group" || !everyCredspec) return undefined;
  if (EVERYBODY.includes(name)) {
    return namespace === undefined || byWildcard ? describeWidth(name, namespace) : undefined;
  }
  const own = GROUP_OF_NAMESPACE.exec(name)?.[1];
  return byWildcard && own !== undefined && counts(own, namespace)
    ? describeWidth(name, own)
    : undefined;
}

/** Pods of a RoleBinding's namespace do not run as service accounts of another one. */
function counts(ofGroup: string, ofBinding: string | undefined): boolean {
  return ofBinding === undefined || ofBinding === ofGroup;
}

/** @param only the only namespace in which the grant applies; undefined for all. */
function describeWidth(group: string, only: string | undefined): string {
  const allowed = "may use every credential spec";
  if (group === "system:unauthenticated") {
    return `everybody who does not log in ${allowed}${only === undefined ? "" : ` in namespace ${only}`}`;
  }
  return `every service account${only === undefined ? "" : ` of namespace ${only}`} ${allowed}`;
}
