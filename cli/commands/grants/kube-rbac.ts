import {
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  RbacAuthorizationV1Api,
  type KubeConfig,
  type V1ClusterRole,
  type V1RoleBinding,
} from "@kubernetes/client-node";

import type { ServiceAccount } from "../../../rules/credspec/cluster";
import { CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import { asked, ifThere } from "../../api/calls";

/** Identifies the changes of gmsa in managedFields. */
const FIELD_MANAGER = "gmsa";

/** The RBAC objects of a cluster. Calls reject with a Failure. */
export class KubeRbac {
  readonly #rbac: RbacAuthorizationV1Api;
  readonly #objects: KubernetesObjectApi;
  readonly #dryRun: string | undefined;

  /** @param isDryRun whether the API server only simulates changes. */
  constructor(kubeConfig: KubeConfig, isDryRun = false) {
    this.#dryRun = isDryRun ? "All" : undefined;
    this.#rbac = kubeConfig.makeApiClient(RbacAuthorizationV1Api);
    this.#objects = KubernetesObjectApi.makeApiClient(kubeConfig);
  }

  /** Undefined if it does not exist. */
  readClusterRole(name: string): Promise<V1ClusterRole | undefined> {
    return asked(ifThere(this.#rbac.readClusterRole({ name })));
  }

  /** Undefined if it does not exist. */
  readRoleBinding(namespace: string, name: string): Promise<V1RoleBinding | undefined> {
    return asked(ifThere(this.#rbac.readNamespacedRoleBinding({ name, namespace })));
  }

  /**
   * Creates an object.
   *
   * @returns the object as the API server returns it.
   */
  create<Item extends V1ClusterRole | V1RoleBinding>(object: Item): Promise<Item> {
    return asked(this.#objects.create(object, undefined, this.#dryRun, FIELD_MANAGER));
  }

  /**
   * Fails if the object was changed since it was read.
   *
   * @returns the object as the API server returns it.
   */
  replaceBinding(body: V1RoleBinding): Promise<V1RoleBinding> {
    const { name = "", namespace = "" } = body.metadata ?? {};
    const options = { dryRun: this.#dryRun, fieldManager: FIELD_MANAGER };
    return asked(this.#rbac.replaceNamespacedRoleBinding({ name, namespace, body, ...options }));
  }

  /** Fails if the object was changed since it was read. */
  async delete(object: V1ClusterRole | V1RoleBinding): Promise<void> {
    const { name = "", namespace = "", uid, resourceVersion } = object.metadata ?? {};
    // If the request has a body, the API server ignores dryRun in the query.
    const dryRun = this.#dryRun === undefined ? undefined : [this.#dryRun];
    const options = { name, body: { dryRun, preconditions: { uid, resourceVersion } } };
    const call: Promise<unknown> =
      "roleRef" in object
        ? this.#rbac.deleteNamespacedRoleBinding({ ...options, namespace })
        : this.#rbac.deleteClusterRole(options);
    await asked(ifThere(call));
  }
}

/** The names without a GMSACredentialSpec. */
export function missingCredspecs(kubeConfig: KubeConfig, names: string[]): Promise<string[]> {
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  return missing(names, name => api.getClusterCustomObject({ ...CREDSPEC_RESOURCE, name }));
}

/** The service accounts that do not exist. */
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
