/**
 * Finds objects that occur more than once in one text. kubectl applies each of them, so the last one remains.
 * For a Pod, the first one remains, because the API server refuses the change.
 */
import { CREDSPEC_KIND, CREDSPEC_RESOURCE } from "./credspec/resource";
import { groupOf, type ObjectLike } from "./object";
import type { Problem } from "./problem";
import { RBAC_GROUP } from "./rbac/rbac-objects";

/** Cluster-scoped kinds. The API server drops the namespace that a manifest of one names. */
const CLUSTER_SCOPED = [
  [CREDSPEC_RESOURCE.group, CREDSPEC_KIND],
  [RBAC_GROUP, "ClusterRole"],
  [RBAC_GROUP, "ClusterRoleBinding"],
].map(String);

/**
 * Returns a key that is equal for two manifests of one object: its API group, kind, namespace and name. The
 * version may differ, and the namespace of a cluster-scoped kind is ignored. Undefined for an object without
 * a name, such as one with `generateName`.
 */
export function identityOf(object: ObjectLike): string | undefined {
  const { namespace = "", name } = object.metadata ?? {};
  // A manifest may have a value of any type here.
  if (typeof name !== "string" || name === "") return undefined;
  const kind = [groupOf(object), object.kind];
  return JSON.stringify([...kind, CLUSTER_SCOPED.includes(String(kind)) ? "" : namespace, name]);
}

/**
 * Reports a manifest that a later one of the same object, with other contents, replaces.
 *
 * @param line the line of the last manifest of the object, in the same text.
 */
export function replacedProblem({ kind }: ObjectLike, line: number): Problem<"same object"> {
  return {
    level: "warning",
    reason: "same object",
    places: [{ path: ["metadata", "name"], text: "metadata.name" }],
    problem: `line ${line} has a ${kind} of the same name with other contents, and both are one object`,
    remedy:
      "Only one of them can exist after `kubectl apply`. Remove the other, or rename it here and where it is used.",
  };
}
