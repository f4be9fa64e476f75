/** Workloads of each kind around the same Pod, which an API server accepts. */
import type { PodLike } from "../../rules/pod/windows-options";
import type { ObjectLike } from "../../rules/object";

/** A workload for the API server. */
export interface Workload extends ObjectLike {
  metadata: { name: string; namespace: string };
  spec: Record<string, unknown>;
}

/** Every kind whose Pod templates are checked, with its resource. */
export const WORKLOAD_KINDS = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
  ReplicaSet: "replicasets",
  Job: "jobs",
  CronJob: "cronjobs",
  ReplicationController: "replicationcontrollers",
} as const;

/** A kind with a Pod template. */
export type WorkloadKind = keyof typeof WORKLOAD_KINDS;

/** A workload whose Pods have this spec; none of them ever runs. */
export function workloadOf(
  kind: WorkloadKind,
  metadata: Workload["metadata"],
  podSpec: PodLike["spec"],
): Workload {
  const labels = { app: metadata.name };
  const gates = { schedulingGates: [{ name: "example.com/never" }] };
  const template = { metadata: { labels }, spec: { ...podSpec, ...gates } };
  const selector = { matchLabels: labels };
  const batch = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
  switch (kind) {
    case "Job":
      return { apiVersion: "batch/v1", kind, metadata, spec: { template: batch } };
    case "CronJob": {
      const jobTemplate = { spec: { template: batch } };
      return {
        apiVersion: "batch/v1",
        kind,
        metadata,
        spec: { schedule: "0 0 1 1 *", jobTemplate },
      };
    }
    case "ReplicationController":
      return { apiVersion: "v1", kind, metadata, spec: { selector: labels, template } };
    case "StatefulSet":
      return {
        apiVersion: "apps/v1",
        kind,
        metadata,
        spec: { serviceName: metadata.name, selector, template },
      };
    case "Deployment":
    case "DaemonSet":
    case "ReplicaSet":
      return { apiVersion: "apps/v1", kind, metadata, spec: { selector, template } };
  }
}
