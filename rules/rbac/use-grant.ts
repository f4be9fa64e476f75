/** The RBAC objects that let a service account use one credspec. */
import type { V1ClusterRole, V1RoleBinding } from "@kubernetes/client-node";

import type { ServiceAccount } from "../credspec/cluster";
import { CREDSPEC_RESOURCE } from "../credspec/resource";
import { RBAC_GROUP } from "./rbac-objects";

const API_VERSION = `${RBAC_GROUP}/v1`;

/** What gmsa writes onto what it makes or prints, and looks for before it deletes. */
export const MADE_BY_GMSA = { "gmsa.pepr.dev/made-by": "gmsa" } as const;

/** The name of the ClusterRole that allows `use` on a credspec and nothing else. */
export function useRoleName(credspecName: string): string {
  return `use-gmsa-${credspecName}`;
}

/**
 * The name of the RoleBinding of a service account to that role. One for each account, so that
 * granting another, and revoking it, leaves the first alone; RBAC names may hold a colon, names of
 * credspecs may not.
 */
export function useBindingName(roleName: string, serviceAccountName: string): string {
  return `${roleName}:${serviceAccountName}`;
}

/** Allows `use` on this credspec, by name, and nothing else. */
export function useRole(credspecName: string, roleName = useRoleName(credspecName)): V1ClusterRole {
  return {
    apiVersion: API_VERSION,
    kind: "ClusterRole",
    metadata: { name: roleName, labels: { ...MADE_BY_GMSA } },
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

/** Binds a service account to that role, for Pods of its own namespace. */
export function useBinding(
  credspecName: string,
  { namespace, name }: ServiceAccount,
  roleName = useRoleName(credspecName),
): V1RoleBinding {
  return {
    apiVersion: API_VERSION,
    kind: "RoleBinding",
    metadata: { name: useBindingName(roleName, name), namespace, labels: { ...MADE_BY_GMSA } },
    roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name: roleName },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
}

/** The objects that let service accounts use a credspec: one ClusterRole, a RoleBinding for each. */
export function rbacObjectsFor(
  name: string,
  accounts: readonly ServiceAccount[],
  roleName = useRoleName(name),
): (V1ClusterRole | V1RoleBinding)[] {
  return accounts.length === 0
    ? []
    : [useRole(name, roleName), ...accounts.map(account => useBinding(name, account, roleName))];
}
