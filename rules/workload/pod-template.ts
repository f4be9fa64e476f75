/**
 * Where workloads keep the Pods that they make.
 *
 * Source: the API reference of apps/v1, batch/v1 and core/v1,
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
 */
import { groupOf, isObject, valueAt, type ObjectLike } from "../object";
import type { FieldPath } from "../problem";
import type { PodLike } from "../pod/windows-options";

/** The fields that lead to the Pod template, by API group and kind; none for the Pod itself. */
const TEMPLATES: Readonly<Record<string, FieldPath>> = {
  "/Pod": [],
  "/PodTemplate": ["template"],
  "/ReplicationController": ["spec", "template"],
  "apps/Deployment": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "batch/Job": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
  // Until Kubernetes 1.16
  "extensions/Deployment": ["spec", "template"],
  "extensions/DaemonSet": ["spec", "template"],
  "extensions/ReplicaSet": ["spec", "template"],
};

/**
 * Groups of Kubernetes whose other objects hold no templates of Pods, or hold only schemas of them; and
 * ours, whose test suites hold objects that make no Pods there.
 */
const GROUPS_WITHOUT = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "gmsa.pepr.dev",
  "rbac.authorization.k8s.io",
  "windows.k8s.io",
]);
/** In whatever group somebody writes them. */
const WORKLOAD_KINDS = new Set(Object.keys(TEMPLATES).map(name => name.replace(/.*\//, "")));
/** Fields of an object that say nothing of what it makes. */
export const WITHOUT_TEMPLATE: ReadonlySet<string> = new Set([
  "apiVersion",
  "kind",
  "metadata",
  "status",
]);
/** How deep a template can be; a Deployment inside of the manifests of another object has six levels. */
export const DEEPEST_TEMPLATE = 10;

/** A Pod as a workload makes it, and where the workload says so. */
export interface PodTemplate {
  path: FieldPath;
  /** In the workload's namespace and still without a name; of a Pod, the Pod itself. */
  pod: PodLike;
}

const found = new WeakMap<ObjectLike, readonly FieldPath[]>();

/** Whether Kubernetes itself knows an object of this kind as a workload, or did in some version. */
export function isKnownWorkload(object: ObjectLike): boolean {
  return `${groupOf(object)}/${object.kind}` in TEMPLATES;
}

/**
 * The fields that lead from a workload to its Pod templates, such as `["spec", "template"]`; an empty
 * path for a Pod. What is not a kind of Kubernetes is known by the shape of what it holds: a Rollout, a
 * ScaledJob, and whatever else has a PodTemplateSpec in it. None for what makes no Pods.
 */
export function templatePathsOf(object: ObjectLike): readonly FieldPath[] {
  const known = TEMPLATES[`${groupOf(object)}/${object.kind}`];
  if (known !== undefined) return [known];
  if (GROUPS_WITHOUT.has(groupOf(object)) && !WORKLOAD_KINDS.has(object.kind)) return [];
  const paths = found.get(object) ?? pathsByShape(object, [], DEEPEST_TEMPLATE);
  found.set(object, paths);
  return paths;
}

/**
 * The Pods as a workload makes them; a Pod itself as it is. None for what makes no Pods, and for a
 * workload without a template.
 *
 * Their containers are those of the object, by reference.
 */
export function podTemplatesOf(object: ObjectLike): PodTemplate[] {
  return templatePathsOf(object).flatMap(path => {
    if (path.length === 0) return { path, pod: object };
    const template = valueAt(object, path);
    if (!isObject(template)) return [];
    const { metadata, spec } = template as PodLike;
    const namespace = object.metadata?.namespace;
    const pod: PodLike = {
      metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) },
      ...(spec === undefined ? {} : { spec }),
    };
    return { path, pod };
  });
}

/**
 * The service account that a Pod runs as: `default` in its namespace where it names none. The API
 * server reads the deprecated `serviceAccount` where `serviceAccountName` is empty.
 */
export function serviceAccountNameOf(pod: PodLike): string {
  const { serviceAccountName = "", serviceAccount } = (pod.spec ?? {}) as {
    serviceAccountName?: string;
    serviceAccount?: string;
  };
  return serviceAccountName || serviceAccount || "default";
}

function pathsByShape(value: object, path: FieldPath, levels: number): FieldPath[] {
  if (levels === 0) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    if (!isObject(member) || (path.length === 0 && WITHOUT_TEMPLATE.has(key))) return [];
    const inside = [...path, Array.isArray(value) ? Number(key) : key];
    return isPodTemplate(member) ? [inside] : pathsByShape(member, inside, levels - 1);
  });
}

/** Whether a value has the shape of core/v1 PodTemplateSpec; the schema of one has not. */
function isPodTemplate(value: object): boolean {
  const containers = valueAt(value, ["spec", "containers"]);
  return (
    Array.isArray(containers) &&
    containers.length > 0 &&
    containers.every(
      (container: unknown) =>
        typeof valueAt(container, ["name"]) === "string" ||
        typeof valueAt(container, ["image"]) === "string",
    )
  );
}
