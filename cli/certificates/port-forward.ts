import { PortForward, type KubeConfig } from "@kubernetes/client-node";
import { duplexPair } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { servedFingerprint } from "../../certificates/served-fingerprint";

/** The location of a port in the cluster. */
export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

/** The WebSocket. The library does not include its types. */
interface Closable {
  close(): void;
}

/** Milliseconds for the whole connection through API server and kubelet. */
const TIMEOUT_MS = 10_000;

/**
 * Reads the certificate that a Pod of the webhook serves, through the API server like `kubectl
 * port-forward`: Pod addresses are rarely reachable from outside the cluster.
 *
 * @returns the SHA-256 fingerprint. Undefined if the Pod cannot be reached, or the user may not connect to
 *   it.
 */
export async function fingerprintThroughApiServer(
  kubeConfig: KubeConfig,
  { namespace, pod, port }: PodPort,
): Promise<string | undefined> {
  const [near, far] = duplexPair();
  const connection = new PortForward(kubeConfig).portForward(
    namespace,
    pod,
    [port],
    far,
    null,
    far,
  ) as Promise<Closable>;
  const reached = connection.then(
    () => servedFingerprint({ socket: near }),
    // A refusal. The library does not report details.
    () => undefined,
  );
  const abort = new AbortController();
  try {
    return await Promise.race([
      reached,
      sleep(TIMEOUT_MS, undefined, { signal: abort.signal }).catch(() => undefined),
    ]);
  } finally {
    abort.abort();
    near.destroy();
    // Close the connection even if it opens after the deadline.
    void connection.then(
      socket => {
        socket.close();
      },
      () => undefined,
    );
  }
}
