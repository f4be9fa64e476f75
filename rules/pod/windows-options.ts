/**
 * The one visitor of every place of a Pod that can hold Windows options.
 *
 * Source: core/v1 PodSecurityContext.windowsOptions and SecurityContext.windowsOptions,
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
import { isObject } from "../object";
import type { FieldPath, ProblemPlace } from "../problem";

/** The part of core/v1 WindowsSecurityContextOptions that GMSA is about. */
export interface WindowsOptions {
  gmsaCredentialSpecName?: string;
  gmsaCredentialSpec?: string;
  hostProcess?: boolean;
}

/** Anything with a security context: the Pod's spec or a container of any kind. */
export interface SecurityContextHolder {
  securityContext?: { windowsOptions?: WindowsOptions };
}

/** A container of any kind, as far as GMSA is concerned. */
export interface ContainerLike extends SecurityContextHolder {
  name: string;
  restartPolicy?: string;
  lifecycle?: { postStart?: object; preStop?: object };
}

/** The part of a meta/v1 OwnerReference that tells people whose Pod it is. */
export interface OwnerLike {
  apiVersion?: string;
  kind: string;
  name: string;
  controller?: boolean;
}

/** The part of a core/v1 NodeSelectorTerm that chooses nodes. */
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

/** A Pod, as far as GMSA is concerned. A core/v1 Pod is one. */
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

/** The owner that made the Pod, or another object, and looks after it; undefined if it stands alone. */
export function controllerOf({ metadata }: Pick<PodLike, "metadata">): OwnerLike | undefined {
  return metadata?.ownerReferences?.filter(isObject).find(({ controller }) => controller === true);
}

/** The lists of containers in a Pod's spec, with what a user calls their members. */
export const CONTAINER_LISTS = {
  containers: "container",
  initContainers: "init container",
  ephemeralContainers: "ephemeral container",
} as const;

type ContainerList = keyof typeof CONTAINER_LISTS;
const LISTS = Object.keys(CONTAINER_LISTS) as ContainerList[];

/** What a place is: the Pod itself or a kind of container. */
export type PlaceKind = "pod" | (typeof CONTAINER_LISTS)[ContainerList];

/** A place of a Pod that can hold Windows options, whether it does or not. */
export interface Place {
  kind: PlaceKind;
  /** The container's name; for the Pod its own, empty while it has none. */
  name: string;
  /** The Windows options found there, by reference; undefined where there are none. */
  options: WindowsOptions | undefined;
  /** The container itself, by reference; the Pod has none. */
  container?: ContainerLike;
  /** The fields that lead to what holds the options, such as `["spec", "containers", 0]`. */
  path: FieldPath;
}

/** The GMSA settings of a place. */
export interface GmsaSettings {
  /** gmsaCredentialSpecName, empty where it is absent. */
  credspecName: string;
  /** gmsaCredentialSpec, empty where it is absent. */
  contents: string;
}

/** A place that names a credspec, holds contents, or both. */
export interface GmsaPlace extends Place, GmsaSettings {
  options: WindowsOptions;
}

/**
 * Walks the Pod, its containers, init containers and ephemeral containers, in this order.
 *
 * @returns every place, also those without Windows options.
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

/** A manifest may hold null where a container belongs; the API server reads an empty one, and refuses it. */
function readContainer(container: unknown): ContainerLike {
  return isObject(container) ? (container as ContainerLike) : { name: "" };
}

/** Empty if there is none: controllers that are not of Kubernetes may name containers themselves. */
function nameOf({ name }: Partial<ContainerLike>): string {
  return typeof name === "string" ? name : "";
}

/** The GMSA settings of a place. An absent field and an empty string are the same. */
export function gmsaSettingsOf({ options }: Place): GmsaSettings {
  return {
    credspecName: options?.gmsaCredentialSpecName ?? "",
    contents: options?.gmsaCredentialSpec ?? "",
  };
}

/** The places that name a credspec, hold contents, or both. */
export function gmsaPlacesOf(pod: PodLike): GmsaPlace[] {
  return gmsaPlacesAmong(placesOf(pod));
}

/** Those of the places that name a credspec, hold contents, or both. */
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

/** Tells one place of a Pod from the others; the same in every version of that Pod. */
export function placeKey(place: Place): string {
  return place.kind === "pod" ? "pod" : `${place.kind}/${place.name}`;
}

/** The place in a user's words: `container "web"`, `pod "shop-0"`, or `pod` before it has a name. */
export function describePlace(place: Place): string {
  return place.name === "" ? place.kind : `${place.kind} "${place.name}"`;
}

/** A place as a problem names it, with the field of its Windows options that the problem is about. */
export function problemPlace(place: Place, option: keyof WindowsOptions): ProblemPlace {
  const path = [...place.path, "securityContext", "windowsOptions", option];
  return { path, text: describePlace(place) };
}

/** The values of null or undefined that JSON may hold are both "none". */
function optionsOf(holder: SecurityContextHolder): WindowsOptions | undefined {
  return holder.securityContext?.windowsOptions ?? undefined;
}
