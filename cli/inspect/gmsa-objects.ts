/** Reads the workloads and Pods of a cluster, and keeps what uses GMSA. */
import type { KubeConfig } from "@kubernetes/client-node";

import { lookUp, needsRight, type Lookup } from "../api/calls";
import { listAllPages, type PageRequest } from "../../kube/pager";
import { listPath, rawGet } from "../../kube/raw-get";
import {
  gmsaObjectsOf,
  type GmsaObject,
  type ListedObject,
} from "../../rules/workload/gmsa-object";

/** All that make Pods, and Pods; as rules/workload/pod-template.ts knows them. */
const KINDS = [
  ["v1", "Pod", "pods"],
  ["v1", "ReplicationController", "replicationcontrollers"],
  ["apps/v1", "Deployment", "deployments"],
  ["apps/v1", "StatefulSet", "statefulsets"],
  ["apps/v1", "DaemonSet", "daemonsets"],
  ["apps/v1", "ReplicaSet", "replicasets"],
  ["batch/v1", "Job", "jobs"],
  ["batch/v1", "CronJob", "cronjobs"],
] as const;

export interface FoundObjects {
  objects: GmsaObject[];
  /** What could not be read: a clause for each, such as "needs the right to list cronjobs". */
  unknown: string[];
}

/** @param namespace the only one to look at; all if left out. */
export async function readObjects(
  kubeConfig: KubeConfig,
  namespace: string | undefined,
): Promise<FoundObjects> {
  const where = namespace === undefined ? "in all namespaces" : `in namespace ${namespace}`;
  const answers = await Promise.all(
    KINDS.map(([apiVersion, kind, plural]) =>
      lookUp(`list ${plural} ${where}`, () =>
        listAllPages(
          page => listPage(kubeConfig, listPath(apiVersion, plural, namespace), page),
          // The members of a list do not say what they are.
          item => gmsaObjectsOf(Object.assign({}, item, { apiVersion, kind })),
        ),
      ),
    ),
  );
  const objects = answers.flatMap(answer => (answer.known ? answer.value.flat() : []));
  return { objects, unknown: unknownOf(answers, where) };
}

interface List {
  items: ListedObject[];
  metadata?: { continue?: string };
}

function listPage(
  kubeConfig: KubeConfig,
  path: string,
  { limit, _continue: from }: PageRequest,
): Promise<List> {
  return rawGet(kubeConfig, path, {
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(from === undefined ? {} : { continue: from }),
  }) as Promise<List>;
}

/** In few words, although who may not list Pods may seldom list the rest. */
function unknownOf(answers: readonly Lookup<unknown>[], where: string): string[] {
  const forbidden: string[] = [];
  const others: string[] = [];
  for (const [index, [, , plural]] of KINDS.entries()) {
    const answer = answers[index];
    if (answer === undefined || answer.known) continue;
    if (answer.isForbidden) {
      forbidden.push(plural);
    } else {
      others.push(`${plural}: ${answer.why}`);
    }
  }
  const rights =
    forbidden.length === 0 ? [] : [needsRight(`list ${forbidden.join(", ")} ${where}`)];
  return [...rights, ...others];
}
