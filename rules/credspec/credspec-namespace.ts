import { isCredspec } from "./resource";
import type { ObjectLike } from "../object";
import type { Problem } from "../problem";

/**
 * Reports the namespace of a GMSACredentialSpec, which suggests that it is only for Pods of that namespace.
 *
 * Restricted field: metadata.namespace. Allowed: none.
 *
 * Source: the custom resource definition has the scope Cluster, and the API server drops the namespace of such
 * objects.
 */
export function checkCredspecNamespace(object: ObjectLike): Problem<"credspec namespace">[] {
  const { namespace } = object.metadata ?? {};
  if (!isCredspec(object) || namespace === undefined || namespace === "") return [];
  return [
    {
      level: "information",
      reason: "credspec namespace",
      places: [{ path: ["metadata", "namespace"], text: "metadata.namespace" }],
      problem: "credential specs belong to no namespace, so the API server drops this",
      remedy:
        "Leave it out. The grants decide in which namespaces Pods may use the credential spec.",
    },
  ];
}
