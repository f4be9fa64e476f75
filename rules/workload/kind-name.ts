/** Pure: resolves the names of kinds that users write against the discovery of an API server. */
import type { ListedKind } from "./custom-kinds";

/**
 * The name of a kind or a resource, with its group. Without a version, the API server's preferred
 * version is meant.
 */
export interface KindName {
  /** In any case: `Rollout`, `rollouts` and `rollout` mean the same. */
  name: string;
  group: string;
  version?: string;
}

/** A group in the list at `/apis`. */
export interface ApiGroup {
  name: string;
  preferredVersion?: { version: string };
  versions: { version: string }[];
}

/** A resource in the list of a version. */
export interface ApiResource {
  name: string;
  singularName?: string;
  shortNames?: string[];
  kind: string;
  namespaced: boolean;
  verbs: string[];
}

const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/;
/**
 * Groups of Kubernetes itself do not contain a dot, or are among these. Others that end in .k8s.io belong
 * to projects beside it, such as sparkoperator.k8s.io.
 *
 * Source: the groups of k8s.io/api, kube-aggregator, apiextensions-apiserver and metrics.
 */
const OF_KUBERNETES =
  /^(?:[^.]*|(?:admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|(?:flowcontrol|internal)\.apiserver|imagepolicy|(?:(?:custom|external)\.)?metrics|networking|node|rbac\.authorization|resource|scheduling|settings|storage|storagemigration)\.k8s\.io)$/;

/**
 * Returns the possible meanings of a name, the most likely first; empty if it does not contain a group.
 * Accepts the notation of kubectl, `rollouts.argoproj.io` and `rollouts.v1alpha1.argoproj.io`, and that
 * of manifests, `argoproj.io/Rollout` and `argoproj.io/v1alpha1/Rollout`.
 */
export function kindNamesOf(text: string): KindName[] {
  return text.includes("/") ? ofManifests(text.split("/")) : ofKubectl(text.split("."));
}

function ofManifests(parts: readonly string[]): KindName[] {
  if (parts.includes("") || parts.length > 3) return [];
  const [group = "", ...rest] = parts;
  const [name = "", version] = rest.reverse();
  return [{ name, group, ...(version === undefined ? {} : { version }) }];
}

function ofKubectl(parts: readonly string[]): KindName[] {
  if (parts.includes("") || parts.length < 2) return [];
  const [name = "", version = "", ...group] = parts;
  const isVersioned = VERSION.test(version) && group.length > 0;
  return [
    { name, group: parts.slice(1).join(".") },
    ...(isVersioned ? [{ name, group: group.join("."), version }] : []),
  ];
}

/** Whether a group is one of Kubernetes itself, such as core, `apps` or `rbac.authorization.k8s.io`. */
export function isKubernetesGroup(group: string): boolean {
  return OF_KUBERNETES.test(group);
}

/** Returns the names of the groups that are not of Kubernetes itself. */
export function customGroupsOf(groups: readonly ApiGroup[]): string[] {
  return groups.map(({ name }) => name).filter(name => !isKubernetesGroup(name));
}

/** Returns the resource that a name means, from the resources of its group. */
export function resourceNamed(
  { name }: KindName,
  resources: readonly ApiResource[],
): ApiResource | undefined {
  const wanted = name.toLowerCase();
  return resources
    .filter(resource => !resource.name.includes("/"))
    .find(({ name: plural, singularName = "", shortNames = [], kind }) =>
      [plural, singularName, kind.toLowerCase(), ...shortNames].includes(wanted),
    );
}

/** Removes duplicates, and the kinds that are already known. */
export function distinctKinds(
  kinds: readonly ListedKind[],
  known: readonly ListedKind[],
): ListedKind[] {
  const there = new Set(known.map(resourceOf));
  return [...new Map(kinds.map(kind => [resourceOf(kind), kind])).entries()]
    .filter(([name]) => !there.has(name))
    .map(([, kind]) => kind);
}

/** Names a resource as kubectl does: `rollouts.argoproj.io`, or `pods` for the core group. */
export function resourceOf({ group, plural }: Pick<ListedKind, "group" | "plural">): string {
  return group === "" ? plural : `${plural}.${group}`;
}
