/**
 * Where workloads keep the Pod that they make.
 *
 * Source: the API reference of apps/v1, batch/v1 and core/v1,
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
 */
import { groupOf, valueAt, type ObjectLike } from "../object";
import type { PodLike } from "../pod/windows-options";

/** The fields that lead to the Pod template, by API group and kind; none for the Pod itself. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  "/Pod": [],
  "/ReplicationController": ["spec", "template"],
  "apps/Deployment": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "batch/Job": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
};

/**
 * The fields that lead from a workload to its Pod template, such as `["spec", "template"]`; none
 * for a Pod. Undefined for what makes no Pods.
 */
export function templatePathOf(object: ObjectLike): readonly string[] | undefined {
  return TEMPLATES[`${groupOf(object)}/${object.kind}`];
}

/**
 * The Pod as a workload makes it, in the workload's namespace and still without a name; a Pod
 * itself as it is. Undefined for what makes no Pods, and for a workload without a template.
 *
 * Its containers are those of the object, by reference.
 */
export function podTemplateOf(object: ObjectLike): PodLike | undefined {
  const path = templatePathOf(object);
  if (path === undefined) return undefined;
  if (path.length === 0) return object;
  const template = valueAt(object, path);
  if (typeof template !== "object" || template === null) return undefined;
  const { metadata, spec } = template as PodLike;
  const namespace = object.metadata?.namespace;
  return {
    metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) },
    ...(spec === undefined ? {} : { spec }),
  };
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
