/** Starting, also while the API server is away. */
import { CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";

import { describeFailure, isNotFound } from "../kube/api-error";
import { STORE } from "./pepr-module";

/** Milliseconds between two attempts to reach the API server. */
const RETRY_MS = 1000;
/** Milliseconds in which Pepr must have read its store; it takes up to 3 s by design. */
const READY_WITHIN_MS = 20_000;

/**
 * Resolves once the API server answers and serves Pepr's store. Pepr reads its store once at
 * start and never again: had that failed, it would answer 404 for ever.
 *
 * @param onWait called once, with the first failure, when there is a reason to wait.
 */
export async function untilStoreIsServed(
  kubeConfig: KubeConfig,
  onWait: (why: string) => void,
): Promise<void> {
  const objects = kubeConfig.makeApiClient(CustomObjectsApi);
  for (let attempt = 0; ; attempt++) {
    try {
      await objects.getNamespacedCustomObject(STORE);
      return;
    } catch (error) {
      if (isNotFound(error)) {
        // Served, and not made yet: Pepr makes it.
        return;
      }
      if (attempt === 0) {
        onWait(describeFailure(error));
      }
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
