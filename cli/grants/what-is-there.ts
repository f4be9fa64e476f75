import { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";

import type { ServiceAccount } from "../../rules/credspec/cluster";
import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { asked } from "../api-failure";
import { ifThere } from "../api/calls";

/** Those of the names that no GMSACredentialSpec has. */
export function missingCredspecs(kubeConfig: KubeConfig, names: string[]): Promise<string[]> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  return missing(names, name => api.getClusterCustomObject({ ...CREDSPEC_RESOURCE, name }));
}

/** Those of the service accounts that are not there. */
export function missingAccounts(
  kubeConfig: KubeConfig,
  accounts: ServiceAccount[],
): Promise<ServiceAccount[]> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  return missing(accounts, account => api.readNamespacedServiceAccount(account));
}

async function missing<Key>(keys: Key[], read: (key: Key) => Promise<unknown>): Promise<Key[]> {
  const found = await asked(Promise.all(keys.map(key => ifThere(read(key)))));
  return keys.filter((_, index) => found[index] === undefined);
}
