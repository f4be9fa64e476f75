import { valueFix } from "../../fix";
import { groupOf, valueAt, type ObjectLike } from "../../object";
import type { Problem } from "../../problem";

/** Versions that are no longer served: the replacement, and the Kubernetes version that removed them. */
const REMOVED: Readonly<Record<string, readonly [string, string]>> = {
  "extensions/v1beta1": ["apps/v1", "1.16"],
  "apps/v1beta1": ["apps/v1", "1.16"],
  "apps/v1beta2": ["apps/v1", "1.16"],
  "batch/v1beta1": ["batch/v1", "1.25"],
  "batch/v2alpha1": ["batch/v1", "1.21"],
};
/** Fields that were removed. */
const DROPPED = ["rollbackTo", "templateGeneration"];
const KINDS = ["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "CronJob", "Job"];

/** Reports a workload in a version that is not served, because it does not create Pods. */
export function checkOldWorkload(object: ObjectLike): Problem<"old workload">[] {
  const removed = REMOVED[object.apiVersion];
  if (removed === undefined || !KINDS.includes(object.kind)) return [];
  const [now, since] = removed;
  const renamed = groupOf(object) === "extensions" ? ", which wants spec.selector" : "";
  return [
    {
      level: "error",
      reason: "old workload",
      places: [{ path: ["apiVersion"], text: "apiVersion" }],
      problem: `${object.apiVersion} has no ${object.kind} since Kubernetes ${since}`,
      remedy: `Write apiVersion: ${now}${renamed}.`,
      ...(isThatOfNow(object) ? { fixes: [valueFix(["apiVersion"], now)] } : {}),
    },
  ];
}

/** Whether the object is valid in the current version. Older versions did not require a selector. */
function isThatOfNow(object: ObjectLike): boolean {
  const has = (field: string): boolean => valueAt(object, ["spec", field]) !== undefined;
  if (groupOf(object) === "batch") return true;
  return has("selector") && !DROPPED.some(has);
}
