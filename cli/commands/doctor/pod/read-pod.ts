/** Reads a Pod and its node. */
import {
  CoreV1Api,
  NodeV1Api,
  type CoreV1Event,
  type KubeConfig,
  type V1Node,
  type V1Pod,
  type V1RuntimeClass,
} from "@kubernetes/client-node";

import { asked, lookUp, ifThere, type Lookup } from "../../../api/calls";
import { nodeReport, type NodeReport } from "../../../inspect/node-reports";
import { Failure } from "../../../terminal/failure";

/** What is around the containers of a Pod. */
export interface Surroundings {
  /** undefined if the Pod is on none. */
  node: Lookup<V1Node> | undefined;
  /** Those of this Pod. */
  events: Lookup<readonly CoreV1Event[]>;
  /** What the node reports of itself; undefined without a node. */
  report: Lookup<NodeReport> | undefined;
  /** undefined if the Pod names none. */
  runtimeClass: NamedRuntimeClass | undefined;
}

export interface NamedRuntimeClass {
  name: string;
  /** undefined if there is none of that name. */
  found: Lookup<V1RuntimeClass | undefined>;
}

export interface PodOnNode extends Surroundings {
  pod: V1Pod;
}

/** @throws Failure if there is no such Pod, or it may not be read. */
export async function readPod(
  kubeConfig: KubeConfig,
  { namespace, name }: { namespace: string; name: string },
): Promise<PodOnNode> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const pod = await asked(ifThere(core.readNamespacedPod({ namespace, name })));
  if (pod === undefined) {
    throw new Failure(
      `there is no Pod ${namespace}/${name}`,
      `kubectl get pods -n ${namespace} lists the existing ones.`,
    );
  }
  const nodeName = pod.spec?.nodeName ?? "";
  // A Pod of the same name may have been there before.
  const fieldSelector = `involvedObject.uid=${pod.metadata?.uid ?? ""}`;
  const [node, events, report, runtimeClass] = await Promise.all([
    nodeName === "" ? undefined : lookUp("get nodes", () => core.readNode({ name: nodeName })),
    lookUp("list events", async () => {
      const { items } = await core.listNamespacedEvent({ namespace, fieldSelector });
      return items;
    }),
    nodeName === "" ? undefined : nodeReport(kubeConfig, nodeName),
    readRuntimeClass(kubeConfig, pod.spec?.runtimeClassName),
  ]);
  return { pod, node, events, report, runtimeClass };
}

async function readRuntimeClass(
  kubeConfig: KubeConfig,
  name = "",
): Promise<NamedRuntimeClass | undefined> {
  if (name === "") return undefined;
  const nodeApi = kubeConfig.makeApiClient(NodeV1Api);
  const found = await lookUp("get runtimeclasses.node.k8s.io", () =>
    ifThere(nodeApi.readRuntimeClass({ name })),
  );
  return { name, found };
}
