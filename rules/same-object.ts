/**
 * Objects that are more than once in one text. kubectl applies each of them: the last one stays, or the first
 * one where the API server refuses the change, as of a Pod.
 */
import { CREDSPEC_KIND, CREDSPEC_RESOURCE } from "./credspec/resource";
import { groupOf, type ObjectLike } from "./object";
import type { Problem } from "./problem";
import { RBAC_GROUP } from "./rbac/rbac-objects";

/** Kinds whose objects belong to no namespace: the API server drops the one that a manifest names. */
const CLUSTER_SCOPED = [
  [CREDSPEC_RESOURCE.group, CREDSPEC_KIND],
  [RBAC_GROUP, "ClusterRole"],
  [RBAC_GROUP, "ClusterRoleBinding"],
].map(String);

/**
 * A text that is the same for two manifests of one object: its API group, kind, namespace and name. The
 * version may differ. The namespace does not count for kinds without one. Undefined for an object without a name, as with `generateName`.
 */
export function identityOf(object: ObjectLike): string | undefined {
  const { namespace = "", name } = object.metadata ?? {};
  // A manifest may have any value there.
  if (typeof name !== "string" || name === "") return undefined;
  const kind = [groupOf(object), object.kind];
  return JSON.stringify([...kind, CLUSTER_SCOPED.includes(String(kind)) ? "" : namespace, name]);
}

/**
 * Reports a manifest of an object that is there once more, with other contents.
 *
 * @param line of the last manifest of the object, in the same text.
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
