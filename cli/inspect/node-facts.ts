/** Reads the nodes and RuntimeClasses that Pods name. */
import { CoreV1Api, NodeV1Api, type KubeConfig } from "@kubernetes/client-node";

import type { ObjectLike } from "../../rules/object";
import { limitConcurrency } from "../../kube/concurrency";
import { listAllPages } from "../../kube/pager";
import {
  factsOf,
  type NodeFacts,
  type NodeLabels,
  type RuntimeClassLike,
} from "../../rules/pod/known-nodes";
import { HOST_LABEL } from "../../rules/pod/os";
import { namedOf } from "../../rules/pod/placement";
import { gmsaPlacesOf, type PodLike } from "../../rules/pod/windows-options";
import { podTemplatesOf } from "../../rules/workload/pod-template";
import { distinctReasons, ifThere, lookUp, type Lookup, type Unread } from "../api/calls";

/** Concurrent calls. */
const MOST = 8;

export interface KnownNodes {
  facts: NodeFacts;
  /** What could not be read. */
  unknown: Unread[];
}

/**
 * Reads the RuntimeClasses and nodes that Pods name, if these decide where the Pods run. It reads nothing
 * else, so that a user needs additional rights only if a Pod names one.
 */
export async function readNodeFacts(
  kubeConfig: KubeConfig,
  pods: readonly PodLike[],
  manifests: NodeFacts = factsOf([]),
): Promise<KnownNodes> {
  const names = namedOf(pods, manifests);
  const inTurn = limitConcurrency(MOST);
  const read = <Found>(
    those: readonly string[],
    right: string,
    get: (name: string) => Promise<Found>,
  ): Promise<Map<string, Lookup<Found | undefined>>> =>
    entriesOf(those, name => inTurn(() => lookUp(right, () => ifThere(get(name)))));
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const [classes, nodes, hosts] = await Promise.all([
    read(names.runtimeClasses, "get runtimeclasses.node.k8s.io", name =>
      kubeConfig.makeApiClient(NodeV1Api).readRuntimeClass({ name }),
    ),
    read(names.nodes, "get nodes", name => core.readNode({ name })),
    read(names.hosts, "list nodes", host =>
      listAllPages(
        page => core.listNode({ labelSelector: `${HOST_LABEL}=${host}`, ...page }),
        labelsOf,
      ),
    ),
  ]);
  const missing = [...classes.values(), ...nodes.values(), ...hosts.values()].flatMap(found =>
    found.known ? [] : [{ why: found.why, isForbidden: found.isForbidden }],
  );
  return {
    facts: {
      runtimeClass: name => manifests.runtimeClass(name) ?? classIn(classes.get(name)),
      node: name => manifests.node(name) ?? labelsIn(nodes.get(name)),
      nodesOfHost: host => manifests.nodesOfHost(host) ?? hostsIn(hosts.get(host)),
    },
    unknown: distinctReasons(missing),
  };
}

/** The Pods and Pod templates among the objects that use GMSA. */
export function gmsaPodsOf(objects: readonly ObjectLike[]): PodLike[] {
  return objects
    .flatMap(podTemplatesOf)
    .map(({ pod }) => pod)
    .filter(pod => gmsaPlacesOf(pod).length > 0);
}

function classIn(found?: Lookup<object | undefined>): RuntimeClassLike | "absent" | undefined {
  if (found?.known !== true) return undefined;
  return found.value === undefined
    ? "absent"
    : { ...found.value, apiVersion: "node.k8s.io/v1", kind: "RuntimeClass" };
}

function labelsIn(found?: Lookup<NodeLike | undefined>): NodeLabels | "absent" | undefined {
  if (found?.known !== true) return undefined;
  return found.value === undefined ? "absent" : labelsOf(found.value);
}

function hostsIn(
  found?: Lookup<readonly NodeLabels[] | undefined>,
): readonly NodeLabels[] | "absent" | undefined {
  if (found?.known !== true) return undefined;
  return found.value === undefined || found.value.length === 0 ? "absent" : found.value;
}

interface NodeLike {
  metadata?: { labels?: Record<string, string> };
}

function labelsOf({ metadata }: NodeLike): NodeLabels {
  return metadata?.labels ?? {};
}

async function entriesOf<Found>(
  names: readonly string[],
  read: (name: string) => Promise<Found>,
): Promise<Map<string, Found>> {
  return new Map(await Promise.all(names.map(async name => [name, await read(name)] as const)));
}
