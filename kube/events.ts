import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

import { NAMESPACE } from "./installed-objects";

/** Something that people see with `kubectl describe deployment` and `kubectl get events`. */
export interface DeploymentEvent {
  /** Name of the Deployment in pepr-system that it is about. */
  deployment: string;
  type: "Normal" | "Warning";
  /** In one word. */
  reason: string;
  message: string;
}

/** Creates an Event. Takes the right to create events in pepr-system, and no other. */
export async function createEvent(
  kubeConfig: KubeConfig,
  { deployment, ...event }: DeploymentEvent,
  now: Date,
): Promise<void> {
  await kubeConfig.makeApiClient(CoreV1Api).createNamespacedEvent({
    namespace: NAMESPACE,
    body: {
      ...event,
      metadata: { generateName: `${deployment}.`, namespace: NAMESPACE },
      involvedObject: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: deployment,
        namespace: NAMESPACE,
      },
      source: { component: deployment },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    },
  });
}
