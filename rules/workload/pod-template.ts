/**
 * Finds the Pod templates of workloads.
 *
 * Source: the API reference of apps/v1, batch/v1 and core/v1,
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
 */
import { groupOf, isObject, valueAt, type ObjectLike } from "../object";
import type { FieldPath } from "../problem";
import type { PodLike } from "../pod/windows-options";

/** The path of the Pod template, by API group and kind; empty for the Pod itself. */
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
 * Groups whose other objects do not hold Pod templates, or hold only schemas of them. gmsa.pepr.dev is
 * the group of test suites, whose objects do not create Pods.
 */
const GROUPS_WITHOUT = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "gmsa.pepr.dev",
  "rbac.authorization.k8s.io",
  "windows.k8s.io",
]);
/** The kinds of workloads, whatever their group in the manifest. */
const WORKLOAD_KINDS = new Set(Object.keys(TEMPLATES).map(name => name.replace(/.*\//, "")));
/** Fields that never hold a template. */
export const WITHOUT_TEMPLATE: ReadonlySet<string> = new Set([
  "apiVersion",
  "kind",
  "metadata",
  "status",
]);
/**
 * The deepest level to look for a template. A Deployment in the manifests of another object is six
 * levels deep.
 */
export const DEEPEST_TEMPLATE = 10;

/** A field with such a name may hold a template. */
export const TEMPLATE = /template$/i;

/** The Pod that a workload creates, and the path of its template. */
export interface PodTemplate {
  path: FieldPath;
  /** In the namespace of the workload, without a name. For a Pod, the Pod itself. */
  pod: PodLike;
}

const found = new WeakMap<ObjectLike, readonly FieldPath[]>();

/** Whether an object's kind is a workload in any version of Kubernetes. */
export function isKnownWorkload(object: ObjectLike): boolean {
  return `${groupOf(object)}/${object.kind}` in TEMPLATES;
}

/**
 * Returns the paths of an object's Pod templates, such as `["spec", "template"]`; an empty path for a
 * Pod. Custom kinds, such as Rollout or ScaledJob, are recognised by a value with the shape of a
 * PodTemplateSpec. Returns an empty list if the object does not create Pods.
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
 * Returns the Pods that a workload creates, or a Pod itself. Empty if the object does not create Pods or
 * does not have a template. Their containers are those of the object, by reference.
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
 * Returns the service account of a Pod; `default` if the Pod does not name one. The API server reads the
 * deprecated `serviceAccount` if `serviceAccountName` is empty.
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
    const isTemplate = isPodTemplate(member) || (TEMPLATE.test(key) && asksForIdentity(member));
    return isTemplate ? [inside] : pathsByShape(member, inside, levels - 1);
  });
}

/**
 * Whether a value is a Pod template with a GMSA identity and without containers, which some controllers
 * add, such as the one of RunnerDeployments.
 */
function asksForIdentity(value: object): boolean {
  const options = valueAt(value, ["spec", "securityContext", "windowsOptions"]);
  return (
    !("kind" in value) &&
    ["gmsaCredentialSpecName", "gmsaCredentialSpec"].some(
      field => typeof valueAt(options, [field]) === "string",
    )
  );
}

/** Whether a value has the shape of a core/v1 PodTemplateSpec. The schema of one does not. */
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
