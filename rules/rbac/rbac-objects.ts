/** The RBAC objects of a cluster or of manifests. */
import type {
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1Role,
  V1RoleBinding,
} from "@kubernetes/client-node";

import { groupOf, type ObjectLike } from "../object";

/** RBAC objects by kind. Roles and RoleBindings have a namespace. */
export interface RbacObjects {
  roles: V1Role[];
  clusterRoles: V1ClusterRole[];
  roleBindings: V1RoleBinding[];
  clusterRoleBindings: V1ClusterRoleBinding[];
}

export const RBAC_GROUP = "rbac.authorization.k8s.io";

/**
 * Returns the RBAC objects among others. Their shapes have already been checked.
 *
 * @param namespace the namespace for Roles and RoleBindings that do not name one.
 */
export function rbacObjectsAmong(objects: readonly ObjectLike[], namespace: string): RbacObjects {
  const ofKind = <Kind>(kind: string): Kind[] =>
    objects.filter(object => object.kind === kind && groupOf(object) === RBAC_GROUP) as Kind[];
  return {
    roles: ofKind<V1Role>("Role").map(role => inNamespace(role, namespace)),
    clusterRoles: ofKind<V1ClusterRole>("ClusterRole"),
    roleBindings: ofKind<V1RoleBinding>("RoleBinding").map(binding =>
      inNamespace(binding, namespace),
    ),
    clusterRoleBindings: ofKind<V1ClusterRoleBinding>("ClusterRoleBinding"),
  };
}

/** Sets the namespace of an object that does not have one, in a copy. */
function inNamespace<Kind extends V1Role | V1RoleBinding>(object: Kind, namespace: string): Kind {
  return Object.assign({}, object, {
    metadata: Object.assign({ namespace }, object.metadata),
  });
}
