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

/**
 * Waits for a ServiceAccount, without which no Pod can be created.
 * @throws if it is not there after 30 s
 */
export async function waitForServiceAccount(
  kubeConfig: KubeConfig,
  namespace: string,
  name: string,
): Promise<void> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const end = Date.now() + timeoutMs;
  while (!(await unless(core.readNamespacedServiceAccount({ namespace, name }), 404))) {
    if (Date.now() > end) throw new Error(`no ServiceAccount ${name} in ${namespace} after 30 s`);
    await sleep(25);
  }
}

/** Makes the ServiceAccount `default`, as the controller manager would. */
export async function createDefaultServiceAccount(
  kubeConfig: KubeConfig,
  namespace: string,
): Promise<void> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const body = { metadata: { name: "default" } };
  await unless(core.createNamespacedServiceAccount({ namespace, body }), 409);
}

/** Creates a namespace; one that is there already is fine. */
export async function createNamespace(kubeConfig: KubeConfig, name: string): Promise<void> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  await unless(core.createNamespace({ body: { metadata: { name } } }), 409);
}
