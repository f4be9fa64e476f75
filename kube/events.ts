import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

import { NAMESPACE } from "./installation-names";

/** The longest message of an Event that an API server accepts, in characters. */
const MAX_MESSAGE = 1024;

/** An object in pepr-system that an Event is about. */
export interface EventSubject {
  apiVersion: string;
  kind: string;
  name: string;
}

/** An Event, as shown by `kubectl describe` and `kubectl events`. */
export interface ModuleEvent {
  about: EventSubject;
  component: string;
  type: "Normal" | "Warning";
  /** In one word. */
  reason: string;
  /** Truncated to 1,024 characters. */
  message: string;
}

/**
 * Creates an Event. This requires the right to create events in pepr-system.
 * @throws ApiException of the API server
 */
export async function createEvent(
  kubeConfig: KubeConfig,
  { about, component, message, ...event }: ModuleEvent,
  now: Date,
): Promise<void> {
  await kubeConfig.makeApiClient(CoreV1Api).createNamespacedEvent({
    namespace: NAMESPACE,
    body: {
      ...event,
      message: message.slice(0, MAX_MESSAGE),
      metadata: { generateName: `${about.name}.`, namespace: NAMESPACE },
      involvedObject: { ...about, namespace: NAMESPACE },
      source: { component },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    },
  });
}
