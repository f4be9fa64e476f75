/** Pure: kinds as a user names them, and as the discovery of an API server has them. */
import type { ListedKind } from "./custom-kinds";

/** A kind, or a resource, of a group; of the version that the API server prefers unless one is given. */
export interface KindName {
  /** In any case: `Rollout`, `rollouts` and `rollout` are one. */
  name: string;
  group: string;
  version?: string;
}

/** A group as `/apis` lists it. */
export interface ApiGroup {
  name: string;
  preferredVersion?: { version: string };
  versions: { version: string }[];
}

/** A resource as the list of a version has it. */
export interface ApiResource {
  name: string;
  singularName?: string;
  shortNames?: string[];
  kind: string;
  namespaced: boolean;
  verbs: string[];
}

const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/;
/** Groups of Kubernetes itself: none has a dot, or ends otherwise. */
const OF_KUBERNETES = /^[^.]*$|\.k8s\.io$/;

/**
 * What a name can mean, the likeliest first; nothing if it names no group. As kubectl takes it,
 * `rollouts.argoproj.io` and `rollouts.v1alpha1.argoproj.io`, or as manifests have it,
 * `argoproj.io/Rollout` and `argoproj.io/v1alpha1/Rollout`.
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

/** Whether a group is one of Kubernetes itself: core, `apps`, `rbac.authorization.k8s.io`. */
export function isKubernetesGroup(group: string): boolean {
  return OF_KUBERNETES.test(group);
}

/** Groups that custom resources are in, and not Kubernetes itself. */
export function customGroupsOf(groups: readonly ApiGroup[]): string[] {
  return groups.map(({ name }) => name).filter(name => !isKubernetesGroup(name));
}

/** The resource that a name means among those of its group. */
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

/** Each kind once, whoever names it, without those that are listed anyway. */
export function distinctKinds(
  kinds: readonly ListedKind[],
  known: readonly ListedKind[],
): ListedKind[] {
  const there = new Set(known.map(resourceOf));
  return [...new Map(kinds.map(kind => [resourceOf(kind), kind])).entries()]
    .filter(([name]) => !there.has(name))
    .map(([, kind]) => kind);
}

/** As kubectl names a resource: `rollouts.argoproj.io`; `pods` of core. */
export function resourceOf({ group, plural }: Pick<ListedKind, "group" | "plural">): string {
  return group === "" ? plural : `${plural}.${group}`;
}
