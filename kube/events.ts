import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

import { NAMESPACE } from "./installation-names";

/** What an API server takes as an Event's message, in characters. */
const MAX_MESSAGE = 1024;

/** An object in pepr-system that an Event is about. */
export interface EventSubject {
  apiVersion: string;
  kind: string;
  name: string;
}

/** Something that people see with `kubectl describe` and `kubectl events`. */
export interface ModuleEvent {
  about: EventSubject;
  /** Which of our programs reports it. */
  component: string;
  type: "Normal" | "Warning";
  /** In one word. */
  reason: string;
  /** What is more than 1,024 characters is cut off. */
  message: string;
}

/**
 * Creates an Event. Takes the right to create events in pepr-system, and no other.
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
