import { PortForward, type KubeConfig } from "@kubernetes/client-node";
import { duplexPair } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { servedFingerprint } from "../../certificates/served-fingerprint";

/** Where in the cluster. */
export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

/** The WebSocket, whose types the library does not bring along. */
interface Closable {
  close(): void;
}

/** Milliseconds for the whole way through API server and kubelet. */
const TIMEOUT_MS = 10_000;

/**
 * What a Pod of the controller serves, as `kubectl port-forward` would see it: Pod addresses are
 * seldom reachable from where people work.
 *
 * @returns the SHA-256 fingerprint; undefined if it cannot be reached, or may not be.
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
    // A refusal, of which the library says nothing more.
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
    // Whenever it comes, also after the deadline.
    void connection.then(
      socket => {
        socket.close();
      },
      () => undefined,
    );
  }
}
