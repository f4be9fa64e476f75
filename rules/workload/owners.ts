/** Pure: which objects users know as their workloads, and how many Pods each has. */
import { gmsaPlacesOf, type PodLike } from "../pod/windows-options";
import type { LabelQuery } from "../label-query";
import { keyOf, type GmsaObject } from "./gmsa-object";

/** Something that makes GMSA Pods, and that nothing else makes; or a Pod by itself. */
export interface Workload {
  /** API group of the kind; empty for core. */
  group: string;
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
 * The workloads among all GMSA objects: a Deployment or a Rollout, and not its ReplicaSets and Pods. What
 * is owned by something that is not among them is one of its own. One with several templates is there once
 * for each; its Pods are counted with the template that has their service account.
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

/** The objects of workloads whose labels are asked for: a Pod goes with the Deployment that it is of. */
export function ofSelected(objects: readonly GmsaObject[], isSelected: LabelQuery): GmsaObject[] {
  const byKey = templatesOf(objects);
  return objects.filter(object => isSelected(topOf(object, byKey).labels));
}

/** Objects by their keys; several of one key are the templates of one object. */
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

/** What owns the owner of the owner, by one of its templates. */
function topOf(object: GmsaObject, byKey: Templates): GmsaObject {
  let top = object;
  // Nobody stops a user from writing that two objects own each other.
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

/** The template that a Pod is probably made of. */
function templateOf(pod: GmsaObject, top: GmsaObject, byKey: Templates): GmsaObject {
  const templates = byKey.get(keyOf(top)) ?? [];
  return templates.find(({ serviceAccount }) => serviceAccount === pod.serviceAccount) ?? top;
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
