/** Starting, also while the API server is away. */
import { CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";

import { describeFailure, isNotFound } from "../kube/api-error";
import { STORE } from "./pepr-module";
import { Waiting } from "./waiting";

/** Milliseconds between two attempts to reach the API server. */
const RETRY_MS = 1000;
/** Milliseconds in which Pepr must have read its store; it takes up to 3 s by design. */
const READY_WITHIN_MS = 20_000;

/**
 * Resolves once the API server answers and serves Pepr's store. Pepr reads its store once at
 * start and never again: had that failed, it would answer 404 for ever.
 *
 * @param onWait told why it waits, and for how many seconds so far: with each new reason, and again
 *   and again while it lasts.
 */
export async function untilStoreIsServed(
  kubeConfig: KubeConfig,
  onWait: (why: string, seconds: number) => void,
): Promise<void> {
  const objects = kubeConfig.makeApiClient(CustomObjectsApi);
  const waiting = new Waiting(performance.now());
  for (;;) {
    try {
      await objects.getNamespacedCustomObject(STORE);
      return;
    } catch (error) {
      if (isNotFound(error)) {
        // Served, and not made yet: Pepr makes it.
        return;
      }
      const why = describeFailure(error);
      const seconds = waiting.failed(why, performance.now());
      if (seconds !== undefined) onWait(why, seconds);
      await sleep(RETRY_MS);
    }
  }
}

/**
 * Ends the process if Pepr does not become ready, so that the kubelet starts it anew.
 *
 * @returns a function to call when it is ready.
 */
export function endUnlessReady(onEnd: () => void): () => void {
  const timer = setTimeout(onEnd, READY_WITHIN_MS);
  return () => {
    clearTimeout(timer);
  };
}
