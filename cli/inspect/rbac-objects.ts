import { RbacAuthorizationV1Api, type KubeConfig } from "@kubernetes/client-node";

import { listAllPages } from "../../kube/pager";
import type { RbacObjects } from "../../rules/rbac/rbac-objects";
import { asked } from "../api/calls";

/**
 * Reads all RBAC objects of a cluster, because a grant can come from any namespace.
 *
 * @throws Failure
 */
export async function readRbacObjects(kubeConfig: KubeConfig): Promise<RbacObjects> {
  const rbac = kubeConfig.makeApiClient(RbacAuthorizationV1Api);
  const keep = <Item>(item: Item): Item => item;
  const [roles, clusterRoles, roleBindings, clusterRoleBindings] = await asked(
    Promise.all([
      listAllPages(page => rbac.listRoleForAllNamespaces(page), keep),
      listAllPages(page => rbac.listClusterRole(page), keep),
      listAllPages(page => rbac.listRoleBindingForAllNamespaces(page), keep),
      listAllPages(page => rbac.listClusterRoleBinding(page), keep),
    ]),
  );
  return { roles, clusterRoles, roleBindings, clusterRoleBindings };
}
