/** Reads a Pod and its node. */
import {
  CoreV1Api,
  type CoreV1Event,
  type KubeConfig,
  type V1Node,
  type V1Pod,
} from "@kubernetes/client-node";

import { asked, lookUp, ifThere, type Lookup } from "../../../api/calls";
import { Failure } from "../../../terminal/failure";

/** What is around the containers of a Pod. */
export interface Surroundings {
  /** undefined if the Pod is on none. */
  node: Lookup<V1Node> | undefined;
  /** Those of this Pod. */
  events: Lookup<readonly CoreV1Event[]>;
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
      `kubectl get pods -n ${namespace} lists those that exist.`,
    );
  }
  const nodeName = pod.spec?.nodeName ?? "";
  // A Pod of the same name may have been there before.
  const fieldSelector = `involvedObject.uid=${pod.metadata?.uid ?? ""}`;
  const [node, events] = await Promise.all([
    nodeName === "" ? undefined : lookUp("get nodes", () => core.readNode({ name: nodeName })),
    lookUp("list events", async () => {
      const { items } = await core.listNamespacedEvent({ namespace, fieldSelector });
      return items;
    }),
  ]);
  return { pod, node, events };
}
