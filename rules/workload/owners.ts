/** Pure: finds the workloads that users know, and counts their Pods. */
import { gmsaPlacesOf, type PodLike } from "../pod/windows-options";
import type { LabelQuery } from "../label-query";
import { keyOf, type GmsaObject } from "./gmsa-object";

/** An object that creates GMSA Pods and is not owned by another such object, or a standalone Pod. */
export interface Workload {
  /** API group of the kind; empty for core. */
  group: string;
  kind: string;
  namespace: string;
  name: string;
  serviceAccount: string;
  /** The distinct credential specs that its Pods name. */
  credspecs: string[];
  /** The number of its GMSA Pods that have not finished. */
  pods: number;
  /** The Pod that it would create now. */
  pod: PodLike;
}

/**
 * Returns the workloads among all GMSA objects: a Deployment or a Rollout, but not its ReplicaSets and
 * Pods. An object whose owner is not in the list is a workload itself. A workload with several templates
 * is listed once for each. Its Pods are counted for the template with the same service account.
 */
export function workloadsAmong(objects: readonly GmsaObject[]): Workload[] {
  const byKey = templatesOf(objects);
  const pods = new Map<GmsaObject, number>();
  for (const object of objects) {
    if (isPod(object) && !object.atRest) {
      const top = templateOf(object, topOf(object, byKey), byKey);
      pods.set(top, (pods.get(top) ?? 0) + 1);
    }
  }
  return objects
    .filter(object => isTop(object, byKey) && !(object.atRest && !pods.has(object)))
    .map(object => ({
      group: object.group,
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      serviceAccount: object.serviceAccount,
      credspecs: credspecsOf(object.pod),
      pods: pods.get(object) ?? 0,
      pod: isPod(object) ? withoutInlined(object.pod) : object.pod,
    }))
    .sort(byName);
}

/**
 * Returns the objects whose workload has matching labels. A Pod belongs to the workload that owns it.
 */
export function ofSelected(objects: readonly GmsaObject[], isSelected: LabelQuery): GmsaObject[] {
  const byKey = templatesOf(objects);
  return objects.filter(object => isSelected(topOf(object, byKey).labels));
}

/** Objects by key. Several with the same key are the templates of one object. */
type Templates = ReadonlyMap<string, readonly GmsaObject[]>;

function templatesOf(objects: readonly GmsaObject[]): Templates {
  const byKey = new Map<string, GmsaObject[]>();
  for (const object of objects) {
    const others = byKey.get(keyOf(object));
    if (others === undefined) byKey.set(keyOf(object), [object]);
    else others.push(object);
  }
  return byKey;
}

function isPod({ group, kind }: GmsaObject): boolean {
  return group === "" && kind === "Pod";
}

/** Follows the owners up to the outermost one, and returns its first template. */
function topOf(object: GmsaObject, byKey: Templates): GmsaObject {
  let top = object;
  // Users can create objects that own each other.
  for (const seen = new Set([keyOf(object)]); ; seen.add(keyOf(top))) {
    const [owner] = byKey.get(top.owner ?? "") ?? [];
    if (owner === undefined) return top;
    if (seen.has(keyOf(owner))) return object;
    top = owner;
  }
}

function isTop(object: GmsaObject, byKey: Templates): boolean {
  return keyOf(topOf(object, byKey)) === keyOf(object);
}

/** Returns the template that a Pod was probably created from. */
function templateOf(pod: GmsaObject, top: GmsaObject, byKey: Templates): GmsaObject {
  const templates = byKey.get(keyOf(top)) ?? [];
  return templates.find(({ serviceAccount }) => serviceAccount === pod.serviceAccount) ?? top;
}

function credspecsOf(pod: PodLike): string[] {
  const names = gmsaPlacesOf(pod).map(({ credspecName }) => credspecName);
  return [...new Set(names)].filter(name => name !== "").sort();
}

/**
 * Removes the contents that admission filled in, which are not part of the Pod as a user would create
 * it.
 */
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
