/** Pure: what of the cluster's workloads and Pods uses GMSA. */
import { viewOf } from "../pod/view";
import { controllerOf, gmsaPlacesOf, type OwnerLike, type PodLike } from "../pod/windows-options";
import { podTemplatesOf, serviceAccountNameOf } from "./pod-template";
import { groupOf, type ObjectLike } from "../object";

/** An object that makes Pods, or a Pod, as the API server lists it. */
export interface ListedObject extends ObjectLike {
  metadata?: ObjectLike["metadata"] & {
    ownerReferences?: {
      apiVersion?: string;
      kind: string;
      name: string;
      controller?: boolean;
    }[];
  };
  spec?: { replicas?: number };
  status?: { phase?: string; conditions?: { type: string; status: string }[] };
}

/** One that names a credspec, or holds contents. */
export interface GmsaObject {
  /** API group of the kind; empty for core. */
  group: string;
  kind: string;
  namespace: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Key of what made it and looks after it, if anything does. */
  owner: string | undefined;
  /** What the rules read of the Pod, or of the template. */
  pod: PodLike;
  serviceAccount: string;
  /** It makes no Pods now, or has none that runs. */
  atRest: boolean;
}

/** Tells an object from all others: kinds of several groups can have one name. */
export function keyOf({
  group,
  kind,
  namespace,
  name,
}: Pick<GmsaObject, "group" | "kind" | "namespace" | "name">): string {
  return `${kind}.${group}/${namespace}/${name}`;
}

/**
 * An object as far as GMSA is concerned, once for each of its templates that uses it; none if it has
 * nothing to do with it.
 */
export function gmsaObjectsOf(object: ListedObject): GmsaObject[] {
  const { name = "", namespace = "", labels } = object.metadata ?? {};
  const owner = controllerOf(object);
  return podTemplatesOf(object)
    .filter(({ pod }) => gmsaPlacesOf(pod).length > 0)
    .map(({ pod }) => ({
      group: groupOf(object),
      kind: object.kind,
      namespace,
      name,
      labels: labels ?? {},
      owner: owner && ownerKey(owner, namespace),
      pod: viewOf(pod),
      serviceAccount: serviceAccountNameOf(pod),
      atRest: isAtRest(object),
    }));
}

function ownerKey({ apiVersion = "", kind, name }: OwnerLike, namespace: string): string {
  return keyOf({ group: groupOf({ apiVersion, kind }), kind, namespace, name });
}

function isAtRest(object: ListedObject): boolean {
  const { kind, spec, status } = object;
  switch (`${groupOf(object)}/${kind}`) {
    case "/Pod":
      return status?.phase === "Succeeded" || status?.phase === "Failed";
    case "batch/Job":
      return (status?.conditions ?? []).some(
        condition =>
          (condition.type === "Complete" || condition.type === "Failed") &&
          condition.status === "True",
      );
    case "apps/ReplicaSet":
      // Revisions of before are kept like this.
      return spec?.replicas === 0;
    default:
      return false;
  }
}
