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

/** The context of a Pod's containers. */
export interface Surroundings {
  /** Undefined if the Pod is not scheduled. */
  node: Lookup<V1Node> | undefined;
  /** Events of this Pod. */
  events: Lookup<readonly CoreV1Event[]>;
  /** The node's own report. Undefined without a node. */
  report: Lookup<NodeReport> | undefined;
  /** Undefined if the Pod does not name one. */
  runtimeClass: NamedRuntimeClass | undefined;
}

export interface NamedRuntimeClass {
  name: string;
  /** Undefined if it does not exist. */
  found: Lookup<V1RuntimeClass | undefined>;
}

export interface PodOnNode extends Surroundings {
  pod: V1Pod;
}

/** @throws Failure if the Pod does not exist or may not be read. */
export async function readPod(
  kubeConfig: KubeConfig,
  { namespace, name }: { namespace: string; name: string },
): Promise<PodOnNode> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const pod = await asked(ifThere(core.readNamespacedPod({ namespace, name })));
  if (pod === undefined) {
    throw new Failure(
      `there is no Pod ${namespace}/${name}`,
      `Run \`kubectl get pods -n ${namespace}\` to list the existing ones.`,
    );
  }
  const nodeName = pod.spec?.nodeName ?? "";
  // Select by UID, because an earlier Pod may have had the same name.
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
