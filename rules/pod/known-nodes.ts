/** Facts about the nodes and RuntimeClasses of a cluster that Pods name. */
import { groupOf, type ObjectLike } from "../object";
import { HOST_LABEL } from "./os";

/** The part of a node.k8s.io RuntimeClass that selects nodes. */
export interface RuntimeClassLike extends ObjectLike {
  scheduling?: { nodeSelector?: Record<string, string> | null } | null;
}

/** The labels of a node. */
export type NodeLabels = Readonly<Record<string, string>>;

/** Facts about the cluster. */
export interface NodeFacts {
  /** Returns undefined if the RuntimeClass is unknown, and `absent` if the cluster does not have it. */
  runtimeClass: (name: string) => RuntimeClassLike | "absent" | undefined;
  /** Returns undefined if the node is unknown, and `absent` if the cluster does not have it. */
  node: (name: string) => NodeLabels | "absent" | undefined;
  /**
   * Returns the nodes with a value of the label kubernetes.io/hostname, which can differ from the name of
   * the node; undefined if these are unknown, and `absent` if there are none.
   */
  nodesOfHost: (host: string) => readonly NodeLabels[] | "absent" | undefined;
}

/** No facts about the cluster. */
export const NOTHING_KNOWN: NodeFacts = {
  runtimeClass: () => undefined,
  node: () => undefined,
  nodesOfHost: () => undefined,
};

/** Whether an object is a RuntimeClass. */
export function isRuntimeClass(object: ObjectLike): object is RuntimeClassLike {
  return object.kind === "RuntimeClass" && groupOf(object) === "node.k8s.io";
}

/** Collects the RuntimeClasses and Nodes among objects. Those that are not among them are unknown. */
export function factsOf(objects: readonly ObjectLike[]): NodeFacts {
  const classes = new Map(objects.filter(isRuntimeClass).map(each => [nameOf(each), each]));
  const nodes = objects.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Node");
  const labels = new Map(nodes.map(node => [nameOf(node), labelsOf(node)]));
  const hosts = new Map<string, NodeLabels[]>();
  for (const found of labels.values()) {
    const host = found[HOST_LABEL];
    if (host !== undefined) hosts.set(host, [...(hosts.get(host) ?? []), found]);
  }
  return {
    runtimeClass: name => classes.get(name),
    node: name => labels.get(name),
    nodesOfHost: host => hosts.get(host),
  };
}

function nameOf({ metadata }: ObjectLike): string {
  return metadata?.name ?? "";
}

function labelsOf({ metadata }: ObjectLike): NodeLabels {
  return metadata?.labels ?? {};
}
