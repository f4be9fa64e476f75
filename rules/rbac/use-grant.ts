/** Builds the RBAC objects that let a service account use one credential spec. */
import type { V1ClusterRole, V1RoleBinding } from "@kubernetes/client-node";

import type { ServiceAccount } from "../credspec/cluster";
import { CREDSPEC_RESOURCE } from "../credspec/resource";
import { RBAC_GROUP } from "./rbac-objects";

const API_VERSION = `${RBAC_GROUP}/v1`;

/**
 * The label of objects that gmsa has created. gmsa deletes an object only if it has this label. Printed
 * objects do not have it, because they belong to the user who applies them.
 */
export const MADE_BY_GMSA = { "gmsa.pepr.dev/made-by": "gmsa" } as const;

/** The name of the ClusterRole that allows `use` on a credential spec and nothing else. */
export function useRoleName(credspecName: string): string {
  return `use-gmsa-${credspecName}`;
}

/**
 * The name of the RoleBinding of a service account to that role. Each account has its own binding, so
 * that granting or revoking one does not affect another. RBAC names may contain a colon, and names of
 * credential specs may not.
 */
export function useBindingName(roleName: string, serviceAccountName: string): string {
  return `${roleName}:${serviceAccountName}`;
}

/** Returns a ClusterRole that allows `use` on this credential spec and nothing else. */
export function useRole(credspecName: string, roleName = useRoleName(credspecName)): V1ClusterRole {
  return {
    apiVersion: API_VERSION,
    kind: "ClusterRole",
    metadata: { name: roleName },
    rules: [
      {
        apiGroups: [CREDSPEC_RESOURCE.group],
        resources: [CREDSPEC_RESOURCE.plural],
        resourceNames: [credspecName],
        verbs: ["use"],
      },
    ],
  };
}

/** Returns a RoleBinding of a service account to that role, for Pods of its own namespace. */
export function useBinding(
  credspecName: string,
  { namespace, name }: ServiceAccount,
  roleName = useRoleName(credspecName),
): V1RoleBinding {
  return {
    apiVersion: API_VERSION,
    kind: "RoleBinding",
    metadata: { name: useBindingName(roleName, name), namespace },
    roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name: roleName },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
}

/**
 * Returns the objects that let service accounts use a credential spec: one ClusterRole, and a
 * RoleBinding for each account. Empty if there are no accounts.
 */
export function rbacObjectsFor(
  name: string,
  accounts: readonly ServiceAccount[],
  roleName = useRoleName(name),
): (V1ClusterRole | V1RoleBinding)[] {
  return accounts.length === 0
    ? []
    : [useRole(name, roleName), ...accounts.map(account => useBinding(name, account, roleName))];
}
