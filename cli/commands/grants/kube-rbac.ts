import {
  CoreV1Api,
  CustomObjectsApi,
  KubernetesObjectApi,
  PatchStrategy,
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

/** What became of an object that was applied, in kubectl's words. */
export interface Applied {
  became: "created" | "configured" | "unchanged";
  /** As the API server has it. */
  after: V1ClusterRole | V1RoleBinding;
}

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

  /** Makes an object what it is to be; fields that others own are left alone. */
  async apply(object: V1ClusterRole | V1RoleBinding): Promise<Applied> {
    const { name = "", namespace } = object.metadata ?? {};
    const before = await asked(
      ifThere<V1ClusterRole | V1RoleBinding>(
        namespace === undefined
          ? this.#rbac.readClusterRole({ name })
          : this.#rbac.readNamespacedRoleBinding({ name, namespace }),
      ),
    );
    const after = await asked(
      this.#objects.patch(
        ...([object, undefined, this.#dryRun, FIELD_MANAGER] as const),
        ...([true, PatchStrategy.ServerSideApply] as const),
      ),
    );
    const isSame = before?.metadata?.resourceVersion === after.metadata?.resourceVersion;
    return {
      became: before === undefined ? "created" : isSame ? "unchanged" : "configured",
      after,
    };
  }

  /** @returns whether there was one. */
  async deleteRoleBinding(namespace: string, name: string): Promise<boolean> {
    const call = this.#rbac.deleteNamespacedRoleBinding({ name, namespace, dryRun: this.#dryRun });
    return (await asked(ifThere(call))) !== undefined;
  }

  async deleteClusterRole(name: string): Promise<void> {
    await asked(ifThere(this.#rbac.deleteClusterRole({ name, dryRun: this.#dryRun })));
  }
}

/** Whether gmsa applied this object. */
export function isOurs({ metadata }: V1ClusterRole): boolean {
  return metadata?.managedFields?.some(({ manager }) => manager === FIELD_MANAGER) ?? false;
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
