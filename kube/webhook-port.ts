import type { V1PodSpec } from "@kubernetes/client-node";

/** Pepr's own port, for its own YAML and `pepr dev`, which do not set one. */
const PEPRS = 3000;

/**
 * Returns the port of the webhook: WEBHOOK_PORT.
 *
 * @throws Error if it is not a valid port.
 */
export function webhookPort({ WEBHOOK_PORT: text }: NodeJS.ProcessEnv): number {
  if (text === undefined) return PEPRS;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(`WEBHOOK_PORT must be a port from 1 to 65535, and is "${text}"`);
  }
  return port;
}

/** Returns the port of a replica, from the spec of its Pod. */
export function portOfReplica(pod: V1PodSpec | undefined): number {
  return pod?.containers[0]?.ports?.[0]?.containerPort ?? PEPRS;
}
