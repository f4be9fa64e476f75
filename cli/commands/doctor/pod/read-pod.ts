/** Reads a Pod and its node. */
import { CoreV1Api, type KubeConfig, type V1Node, type V1Pod } from "@kubernetes/client-node";

import { asked, lookUp, ifThere, type Lookup } from "../../../api/calls";
import { Failure } from "../../../terminal/failure";

export interface PodOnNode {
  pod: V1Pod;
  /** undefined if the Pod is on none. */
  node: Lookup<V1Node> | undefined;
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
      `kubectl get pods -n ${namespace} lists those that exist.`,
    );
  }
  const nodeName = pod.spec?.nodeName ?? "";
  const node =
    nodeName === ""
      ? undefined
      : await lookUp("get nodes", () => core.readNode({ name: nodeName }));
  return { pod, node };
}
