/** Reads the workloads and Pods of a cluster, and keeps those that use GMSA. */
import type { KubeConfig } from "@kubernetes/client-node";

import { gmsaPlacesOf } from "../../rules/pod/windows-options";
import { referencesAmong } from "../../rules/pod/references";
import {
  distinctReasons,
  ifThere,
  lookUp,
  needsRight,
  type Lookup,
  type Unread,
} from "../api/calls";
import { listAllPages } from "../../kube/pager";
import { listPath } from "../../kube/raw-get";
import type { ListedKind } from "../../rules/workload/custom-kinds";
import {
  gmsaObjectsOf,
  type GmsaObject,
  type ListedObject,
} from "../../rules/workload/gmsa-object";
import { distinctKinds, resourceOf } from "../../rules/workload/kind-name";
import { customKindsOf, listPage, type ObjectList } from "./custom-kinds";

/** The kinds of Kubernetes that create Pods, and Pod itself; see rules/workload/pod-template.ts. */
const KINDS: readonly ListedKind[] = [
  { group: "", version: "v1", kind: "Pod", plural: "pods" },
  { group: "", version: "v1", kind: "ReplicationController", plural: "replicationcontrollers" },
  { group: "apps", version: "v1", kind: "Deployment", plural: "deployments" },
  { group: "apps", version: "v1", kind: "StatefulSet", plural: "statefulsets" },
  { group: "apps", version: "v1", kind: "DaemonSet", plural: "daemonsets" },
  { group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets" },
  { group: "batch", version: "v1", kind: "Job", plural: "jobs" },
  { group: "batch", version: "v1", kind: "CronJob", plural: "cronjobs" },
];

export interface FoundObjects {
  objects: GmsaObject[];
  /** What could not be read, such as "needs the right to list cronjobs". */
  unknown: Unread[];
}

/** Which objects to read. */
export interface WhatToRead {
  /** The only namespace to read. All namespaces if omitted. */
  namespace?: string | undefined;
  /** Kinds with Pod templates, in addition to those of Kubernetes and of the CRDs. */
  kinds?: readonly ListedKind[] | undefined;
}

export async function readObjects(
  kubeConfig: KubeConfig,
  { namespace, kinds: named = [] }: WhatToRead,
): Promise<FoundObjects> {
  const custom = await customKindsOf(kubeConfig);
  const all = [...KINDS, ...distinctKinds([...named, ...custom.kinds], KINDS)];
  // Reading one namespace must not require the right to read cluster-scoped objects.
  const kinds = all.filter(kind => namespace === undefined || kind.isClusterScoped !== true);
  const where = namespace === undefined ? "in all namespaces" : `in namespace ${namespace}`;
  const answers = await Promise.all(
    kinds.map(async kind => ({
      kind,
      answer: await lookUp(`list ${kind.plural} ${where}`, () =>
        objectsOf(kubeConfig, kind, namespace),
      ),
    })),
  );
  const found = answers.flatMap(({ answer }) => (answer.known ? answer.value : []));
  const objects = found.filter(object => object.namespace !== "");
  const placeless = found.filter(object => object.namespace === "").map(namespaceUnknown);
  return {
    objects,
    unknown: distinctReasons([...unknownOf(answers, where), ...custom.unknown, ...placeless]),
  };
}

async function objectsOf(
  kubeConfig: KubeConfig,
  { group, version, kind, plural }: ListedKind,
  namespace: string | undefined,
): Promise<GmsaObject[]> {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const path = listPath(apiVersion, plural, namespace);
  const list = listAllPages(
    page => listPage(kubeConfig, path, page) as Promise<ObjectList<ListedObject>>,
    // The items of a list do not include their kind.
    item => gmsaObjectsOf(Object.assign({}, item, { apiVersion, kind })),
  );
  // A CRD may be removed in the meantime, or not be served yet.
  return ((await ifThere(list)) ?? []).flat();
}

/** Only the controller of a cluster-scoped object knows the service account of its Pods. */
function namespaceUnknown({ kind, name, pod }: GmsaObject): Unread {
  const names = [...referencesAmong(gmsaPlacesOf(pod)).keys()];
  const what =
    names.length === 0 ? "GMSA" : `GMSA cred spec ${names.map(name => `"${name}"`).join(", ")}`;
  const why = `${kind}/${name} uses ${what} and is not in a namespace, so the namespace of its Pods is unknown`;
  return { why, isForbidden: false };
}

interface Answer {
  kind: ListedKind;
  answer: Lookup<unknown>;
}

/** In one clause, because a user who may not list Pods usually may not list the other kinds either. */
function unknownOf(answers: readonly Answer[], where: string): Unread[] {
  const missing = answers.flatMap(({ kind, answer }) =>
    answer.known ? [] : [{ name: KINDS.includes(kind) ? kind.plural : resourceOf(kind), answer }],
  );
  const forbidden = missing.filter(({ answer }) => answer.isForbidden).map(({ name }) => name);
  const others = missing
    .filter(({ answer }) => !answer.isForbidden)
    .map(({ name, answer }) => ({ why: `${name}: ${answer.why}`, isForbidden: false }));
  const rights =
    forbidden.length === 0 ? [] : [needsRight(`list ${forbidden.join(", ")} ${where}`)];
  return [...rights, ...others];
}
