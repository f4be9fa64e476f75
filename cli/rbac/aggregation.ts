import type { V1ClusterRole, V1PolicyRule } from "@kubernetes/client-node";

import { selects } from "../../rules/label-selector";

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
