import { ApiException, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { sleep } from "../process/log";

const timeoutMs = 30_000;

/** Whether a call failed with this HTTP status. */
export function hasStatus(error: unknown, code: number): boolean {
  return error instanceof ApiException && error.code === code;
}

async function unless<T>(call: Promise<T>, code: number): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (hasStatus(error, code)) return undefined;
    throw error;
  }
}

/** The part of a bed that these functions use. */
interface Cluster {
  kubeConfig: KubeConfig;
  hasControllerManager: boolean;
}

/**
 * Waits for a ServiceAccount, without which Pods cannot be created. Without a controller manager,
 * which creates `default`, it creates it itself.
 * @throws if it does not exist after 30 s
 */
export async function waitForServiceAccount(
  { kubeConfig, hasControllerManager }: Cluster,
  namespace: string,
  name: string,
): Promise<void> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  if (!hasControllerManager && name === "default") {
    const body = { metadata: { name } };
    await unless(core.createNamespacedServiceAccount({ namespace, body }), 409);
  }
  const end = Date.now() + timeoutMs;
  while (!(await unless(core.readNamespacedServiceAccount({ namespace, name }), 404))) {
    if (Date.now() > end) throw new Error(`no ServiceAccount ${name} in ${namespace} after 30 s`);
    await sleep(25);
  }
}

/** Creates a namespace in which Pods can be created, unless it exists. */
export async function createNamespace(cluster: Cluster, name: string): Promise<void> {
  const core = cluster.kubeConfig.makeApiClient(CoreV1Api);
  await unless(core.createNamespace({ body: { metadata: { name } } }), 409);
  await waitForServiceAccount(cluster, name, "default");
}
