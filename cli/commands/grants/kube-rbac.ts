import {
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  RbacAuthorizationV1Api,
  type KubeConfig,
  type V1ClusterRole,
  type V1RoleBinding,
} from "@kubernetes/client-node";

import { listAllPages } from "../../../kube/pager";
import type { ServiceAccount } from "../../../rules/credspec/cluster";
import { CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import type { RbacObjects } from "../../../rules/rbac/rbac-objects";
import { asked, ifThere } from "../../api/calls";

/** In managedFields, who made what gmsa makes. */
const FIELD_MANAGER = "gmsa";

/** The RBAC objects of a cluster. Calls reject with a Failure. */
export class KubeRbac {
  readonly #rbac: RbacAuthorizationV1Api;
  readonly #objects: KubernetesObjectApi;
  readonly #dryRun: string | undefined;

  /** @param isDryRun whether the API server only says what would become of it. */
  constructor(kubeConfig: KubeConfig, isDryRun = false) {
    this.#dryRun = isDryRun ? "All" : undefined;
    this.#rbac = kubeConfig.makeApiClient(RbacAuthorizationV1Api);
    this.#objects = KubernetesObjectApi.makeApiClient(kubeConfig);
  }

  /** All of them: what grants something can be in any namespace. */
  async read(): Promise<RbacObjects> {
    const keep = <Item>(item: Item): Item => item;
    const [roles, clusterRoles, roleBindings, clusterRoleBindings] = await asked(
      Promise.all([
        listAllPages(page => this.#rbac.listRoleForAllNamespaces(page), keep),
        listAllPages(page => this.#rbac.listClusterRole(page), keep),
        listAllPages(page => this.#rbac.listRoleBindingForAllNamespaces(page), keep),
        listAllPages(page => this.#rbac.listClusterRoleBinding(page), keep),
      ]),
    );
    return { roles, clusterRoles, roleBindings, clusterRoleBindings };
  }

  /** Undefined if there is none. */
  readClusterRole(name: string): Promise<V1ClusterRole | undefined> {
    return asked(ifThere(this.#rbac.readClusterRole({ name })));
  }

  /** Undefined if there is none. */
  readRoleBinding(namespace: string, name: string): Promise<V1RoleBinding | undefined> {
    return asked(ifThere(this.#rbac.readNamespacedRoleBinding({ name, namespace })));
  }

  /** Makes an object that is not there. @returns it as the API server has it. */
  create<Item extends V1ClusterRole | V1RoleBinding>(object: Item): Promise<Item> {
    return asked(this.#objects.create(object, undefined, this.#dryRun, FIELD_MANAGER));
  }

  /** Fails if it has been changed since it was read. @returns it as the API server has it. */
  replaceBinding(body: V1RoleBinding): Promise<V1RoleBinding> {
    const { name = "", namespace = "" } = body.metadata ?? {};
    const options = { dryRun: this.#dryRun, fieldManager: FIELD_MANAGER };
    return asked(this.#rbac.replaceNamespacedRoleBinding({ name, namespace, body, ...options }));
  }

  /** Fails if it has been changed since it was read. */
  async delete(object: V1ClusterRole | V1RoleBinding): Promise<void> {
    const { name = "", namespace = "", uid, resourceVersion } = object.metadata ?? {};
    // Where there is a body, what the query says of a dry run is ignored.
    const dryRun = this.#dryRun === undefined ? undefined : [this.#dryRun];
    const options = { name, body: { dryRun, preconditions: { uid, resourceVersion } } };
    const call: Promise<unknown> =
      "roleRef" in object
        ? this.#rbac.deleteNamespacedRoleBinding({ ...options, namespace })
        : this.#rbac.deleteClusterRole(options);
    await asked(ifThere(call));
  }
}

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
