/** Pure: which objects users know as their workloads, and how many Pods each has. */
import { gmsaPlacesOf, type PodLike } from "../pod/windows-options";
import { keyOf, type GmsaObject } from "./gmsa-object";

/** Something that makes GMSA Pods, and that nothing else makes; or a Pod by itself. */
export interface Workload {
  kind: string;
  namespace: string;
  name: string;
  serviceAccount: string;
  /** Distinct credspecs that its Pods name. */
  credspecs: string[];
  /** Its GMSA Pods that are not finished. */
  pods: number;
  /** Its Pod as it would be created now. */
  pod: PodLike;
}

/**
 * The workloads among all GMSA objects: a Deployment, and not its ReplicaSets and Pods. What is
 * owned by something that is no GMSA object, such as a custom resource, is one of its own.
 */
export function workloadsAmong(objects: readonly GmsaObject[]): Workload[] {
  const byKey = new Map(objects.map(object => [keyOf(object), object]));
  const pods = new Map<GmsaObject, number>();
  for (const object of objects) {
    if (object.kind === "Pod" && !object.atRest) {
      const top = topOf(object, byKey);
      pods.set(top, (pods.get(top) ?? 0) + 1);
    }
  }
  return objects
    .filter(object => topOf(object, byKey) === object && !(object.atRest && !pods.has(object)))
    .map(object => ({
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      serviceAccount: object.serviceAccount,
      credspecs: credspecsOf(object.pod),
      pods: pods.get(object) ?? 0,
      pod: object.kind === "Pod" ? withoutInlined(object.pod) : object.pod,
    }))
    .sort(byName);
}

/** What owns the owner of the owner. */
function topOf(object: GmsaObject, byKey: ReadonlyMap<string, GmsaObject>): GmsaObject {
  const owner = object.owner === undefined ? undefined : byKey.get(object.owner);
  return owner === undefined ? object : topOf(owner, byKey);
}

function credspecsOf(pod: PodLike): string[] {
  const names = gmsaPlacesOf(pod).map(({ credspecName }) => credspecName);
  return [...new Set(names)].filter(name => name !== "").sort();
}

/** The contents that a Pod got at its admission are not what a user would create it with. */
function withoutInlined(pod: PodLike): PodLike {
  const copy = structuredClone(pod);
  for (const { credspecName, options } of gmsaPlacesOf(copy)) {
    if (credspecName !== "") {
      delete options.gmsaCredentialSpec;
    }
  }
  return copy;
}

function byName(left: Workload, right: Workload): number {
  const nameOf = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;
  return nameOf(left) < nameOf(right) ? -1 : 1;
}
