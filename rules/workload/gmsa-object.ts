/** Pure: what of the cluster's workloads and Pods uses GMSA. */
import { viewOf } from "../pod/view";
import { controllerOf, gmsaPlacesOf, type PodLike } from "../pod/windows-options";
import { podTemplatesOf, serviceAccountNameOf } from "./pod-template";
import type { ObjectLike } from "../object";

/** An object that makes Pods, or a Pod, as the API server lists it. */
export interface ListedObject extends ObjectLike {
  metadata?: ObjectLike["metadata"] & {
    ownerReferences?: { kind: string; name: string; controller?: boolean }[];
  };
  spec?: { replicas?: number };
  status?: { phase?: string; conditions?: { type: string; status: string }[] };
}

/** One that names a credspec, or holds contents. */
export interface GmsaObject {
  kind: string;
  namespace: string;
  name: string;
  /** Key of what made it and looks after it, if anything does. */
  owner: string | undefined;
  /** What the rules read of the Pod, or of the template. */
  pod: PodLike;
  serviceAccount: string;
  /** It makes no Pods now, or has none that runs. */
  atRest: boolean;
}

/** Tells an object from all others; as users write it. */
export function keyOf({
  kind,
  namespace,
  name,
}: Pick<GmsaObject, "kind" | "namespace" | "name">): string {
  return `${kind}/${namespace}/${name}`;
}

/**
 * An object as far as GMSA is concerned, once for each of its templates that uses it; none if it has
 * nothing to do with it.
 */
export function gmsaObjectsOf(object: ListedObject): GmsaObject[] {
  const { name = "", namespace = "" } = object.metadata ?? {};
  const owner = controllerOf(object);
  return podTemplatesOf(object)
    .filter(({ pod }) => gmsaPlacesOf(pod).length > 0)
    .map(({ pod }) => ({
      kind: object.kind,
      namespace,
      name,
      owner: owner === undefined ? undefined : keyOf({ ...owner, namespace }),
      pod: viewOf(pod),
      serviceAccount: serviceAccountNameOf(pod),
      atRest: isAtRest(object),
    }));
}

function isAtRest({ kind, spec, status }: ListedObject): boolean {
  switch (kind) {
    case "Pod":
      return status?.phase === "Succeeded" || status?.phase === "Failed";
    case "Job":
      return (status?.conditions ?? []).some(
        condition =>
          (condition.type === "Complete" || condition.type === "Failed") &&
          condition.status === "True",
      );
    case "ReplicaSet":
      // Revisions of before are kept like this.
      return spec?.replicas === 0;
    default:
      return false;
  }
}
