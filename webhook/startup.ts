/** Startup, which also works while the API server is down. */
import { CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";

import { describeFailure, isNotFound } from "../kube/api-error";
import { STORE } from "./pepr-module";
import { Waiting } from "./waiting";

/** Milliseconds between two attempts to reach the API server. */
const RETRY_MS = 1000;
/** The deadline for Pepr to read its store, in milliseconds. Pepr takes up to 3 s by design. */
const READY_WITHIN_MS = 20_000;

/**
 * Resolves once the API server answers and serves Pepr's store. Pepr reads its store only once, at
 * start. If that failed, it would answer 404 until it is restarted.
 *
 * @param onWait called with the reason and the seconds waited so far: for each new reason, and
 *   repeatedly while it lasts.
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
        // The resource is served, but the object does not exist yet. Pepr creates it.
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
 * Calls `onEnd` if Pepr does not become ready in time.
 *
 * @returns a function to call when it is ready.
 */
export function endUnlessReady(onEnd: () => void): () => void {
  const timer = setTimeout(onEnd, READY_WITHIN_MS);
  return () => {
    clearTimeout(timer);
  };
}
