/**
 * Visits every place of a Pod that can hold Windows options.
 *
 * Source: core/v1 PodSecurityContext.windowsOptions and SecurityContext.windowsOptions,
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
import { isObject } from "../object";
import type { FieldPath, ProblemPlace } from "../problem";

/** The fields of core/v1 WindowsSecurityContextOptions that concern GMSA. */
export interface WindowsOptions {
  gmsaCredentialSpecName?: string;
  gmsaCredentialSpec?: string;
  hostProcess?: boolean;
}

/** Anything with a security context: the Pod's spec or a container of any kind. */
export interface SecurityContextHolder {
  securityContext?: { windowsOptions?: WindowsOptions };
}

/** The fields of a container of any kind that concern GMSA. */
export interface ContainerLike extends SecurityContextHolder {
  name: string;
  restartPolicy?: string;
  lifecycle?: { postStart?: object; preStop?: object };
}

/** The fields of a meta/v1 OwnerReference that identify the owner of a Pod. */
export interface OwnerLike {
  apiVersion?: string;
  kind: string;
  name: string;
  controller?: boolean;
}

/** The fields of a core/v1 NodeSelectorTerm. */
export interface NodeTerm {
  matchExpressions?: NodeExpression[] | null;
  matchFields?: NodeExpression[] | null;
}

/** A core/v1 NodeSelectorRequirement. */
export interface NodeExpression {
  key: string;
  operator: string;
  values?: string[] | null;
}

/** The fields of a Pod that concern GMSA. A core/v1 Pod has this type. */
export interface PodLike {
  metadata?: {
    name?: string;
    namespace?: string;
    ownerReferences?: OwnerLike[];
    annotations?: Record<string, string>;
  };
  spec?: SecurityContextHolder & {
    hostname?: string;
    hostnameOverride?: string | null;
    serviceAccountName?: string;
    os?: { name?: string };
    nodeSelector?: Record<string, string>;
    nodeName?: string;
    runtimeClassName?: string | null;
    affinity?: {
      nodeAffinity?: {
        requiredDuringSchedulingIgnoredDuringExecution?: {
          nodeSelectorTerms?: NodeTerm[] | null;
        };
      };
    };
    containers?: ContainerLike[];
    initContainers?: ContainerLike[];
    ephemeralContainers?: ContainerLike[];
  };
}

/** Returns the controller of a Pod or another object; undefined if it has none. */
export function controllerOf({ metadata }: Pick<PodLike, "metadata">): OwnerLike | undefined {
  return metadata?.ownerReferences?.filter(isObject).find(({ controller }) => controller === true);
}

/** The lists of containers in a Pod's spec, with the name for their members in messages. */
export const CONTAINER_LISTS = {
  containers: "container",
  initContainers: "init container",
  ephemeralContainers: "ephemeral container",
} as const;

type ContainerList = keyof typeof CONTAINER_LISTS;
const LISTS = Object.keys(CONTAINER_LISTS) as ContainerList[];

/** The kind of a place: the Pod itself or a kind of container. */
export type PlaceKind = "pod" | (typeof CONTAINER_LISTS)[ContainerList];

/** A place of a Pod that can hold Windows options, whether it does or not. */
export interface Place {
  kind: PlaceKind;
  /** The name of the container or the Pod; empty for a Pod that does not have a name yet. */
  name: string;
  /** The place's Windows options, by reference; undefined if there are none. */
  options: WindowsOptions | undefined;
  /** The container, by reference; undefined for the Pod. */
  container?: ContainerLike;
  /** The path of the object that holds the options, such as `["spec", "containers", 0]`. */
  path: FieldPath;
}

/** The GMSA settings of a place. */
export interface GmsaSettings {
  /** gmsaCredentialSpecName; empty if absent. */
  credspecName: string;
  /** gmsaCredentialSpec; empty if absent. */
  contents: string;
}

/** A place that names a credential spec, holds contents, or both. */
export interface GmsaPlace extends Place, GmsaSettings {
  options: WindowsOptions;
}

/**
 * Walks the Pod, its containers, init containers and ephemeral containers, in this order.
 *
 * @returns every place, including those without Windows options.
 */
export function placesOf(pod: PodLike): Place[] {
  const spec = pod.spec ?? {};
  const places: Place[] = [
    { kind: "pod", name: pod.metadata?.name ?? "", options: optionsOf(spec), path: ["spec"] },
  ];
  for (const list of LISTS) {
    spec[list]?.forEach((each, index) => {
      const container = readContainer(each);
      places.push({
        kind: CONTAINER_LISTS[list],
        name: nameOf(container),
        options: optionsOf(container),
        container,
        path: ["spec", list, index],
      });
    });
  }
  return places;
}

/**
 * A manifest may hold null instead of a container. The API server reads it as an empty container and
 * refuses it.
 */
function readContainer(container: unknown): ContainerLike {
  return isObject(container) ? (container as ContainerLike) : { name: "" };
}

/** Returns an empty text if there is no name, because custom controllers may name containers later. */
function nameOf({ name }: Partial<ContainerLike>): string {
  return typeof name === "string" ? name : "";
}

/** Returns the GMSA settings of a place. An absent field equals an empty string. */
export function gmsaSettingsOf({ options }: Place): GmsaSettings {
  return {
    credspecName: options?.gmsaCredentialSpecName ?? "",
    contents: options?.gmsaCredentialSpec ?? "",
  };
}

/** Returns the places that name a credential spec, hold contents, or both. */
export function gmsaPlacesOf(pod: PodLike): GmsaPlace[] {
  return gmsaPlacesAmong(placesOf(pod));
}

/** Filters the places that name a credential spec, hold contents, or both. */
export function gmsaPlacesAmong(places: Place[]): GmsaPlace[] {
  const found: GmsaPlace[] = [];
  for (const place of places) {
    const { options } = place;
    const settings = gmsaSettingsOf(place);
    if (options !== undefined && (settings.credspecName !== "" || settings.contents !== "")) {
      found.push({ ...place, options, ...settings });
    }
  }
  return found;
}

/** Returns a key that identifies a place within a Pod. It is the same in every version of that Pod. */
export function placeKey(place: Place): string {
  return place.kind === "pod" ? "pod" : `${place.kind}/${place.name}`;
}

/**
 * Describes a place for users: `container "web"`, `pod "shop-0"`, or `pod` if it does not have a name
 * yet.
 */
export function describePlace(place: Place): string {
  return place.name === "" ? place.kind : `${place.kind} "${place.name}"`;
}

/** Returns the place of a problem, with the field of its Windows options that the problem is about. */
export function problemPlace(place: Place, option: keyof WindowsOptions): ProblemPlace {
  const path = [...place.path, "securityContext", "windowsOptions", option];
  return { path, text: describePlace(place) };
}

/** In JSON, null and an absent field both mean that there are no options. */
function optionsOf(holder: SecurityContextHolder): WindowsOptions | undefined {
  return holder.securityContext?.windowsOptions ?? undefined;
}
