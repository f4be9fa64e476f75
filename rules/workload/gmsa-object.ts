/** Pure: extracts the use of GMSA from the workloads and Pods of a cluster. */
import { viewOf } from "../pod/view";
import { controllerOf, gmsaPlacesOf, type OwnerLike, type PodLike } from "../pod/windows-options";
import { podTemplatesOf, serviceAccountNameOf } from "./pod-template";
import { groupOf, type ObjectLike } from "../object";

/** A Pod or a workload, as the API server lists it. */
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

/** A Pod or a Pod template that names a credential spec or holds contents. */
export interface GmsaObject {
  /** API group of the kind; empty for core. */
  group: string;
  kind: string;
  namespace: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** The key of its controller, if it has one. */
  owner: string | undefined;
  /** The fields of the Pod or the template that the rules read. */
  pod: PodLike;
  serviceAccount: string;
  /** Whether it does not create or run Pods now. */
  atRest: boolean;
}

/**
 * Returns a unique key of an object. It includes the group, because kinds of several groups can have the
 * same name.
 */
export function keyOf({
  group,
  kind,
  namespace,
  name,
}: Pick<GmsaObject, "group" | "kind" | "namespace" | "name">): string {
  return `${kind}.${group}/${namespace}/${name}`;
}

/** Returns one entry for each template of an object that uses GMSA; empty if it does not use GMSA. */
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
      // A Deployment scales the ReplicaSets of old revisions to zero.
      return spec?.replicas === 0;
    default:
      return false;
  }
}
