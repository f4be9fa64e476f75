/** Objects that the tests create in a real cluster. */
import {
  ApiException,
  CoreV1Api,
  CustomObjectsApi,
  RbacAuthorizationV1Api,
} from "@kubernetes/client-node";
import type { KubeConfig, RbacV1Subject, V1Pod } from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { isNotFound } from "../../kube/api-error";
import { credspecObject } from "./credspec-object";
import type { CompletePod } from "./pods";
import { statusIn, type StatusBody } from "./status-body";

/** The result of sending a Pod to the API server. */
export type Outcome =
  | { admitted: true; pod: V1Pod }
  | ({ admitted: false; code: number } & StatusBody);

/** Beginning of the API server's message when the validating webhook refuses a request. */
export const REFUSED_BY_WEBHOOK = 'admission webhook "pepr-gmsa.pepr.dev" denied the request: ';

/** Milliseconds after which no replica answers from old state; covers the API server's own caches. */
export const REMEMBERED_MS = 1500;

/** How to create a credential spec. */
export interface CredspecOptions {
  version?: "v1" | "v1alpha1";
  /** Dry run: nothing is stored. */
  dryRun?: boolean;
}

/** Creates and removes objects for tests; every call throws on failure. */
export class Objects {
  readonly core: CoreV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly custom: CustomObjectsApi;

  constructor(readonly kubeConfig: KubeConfig) {
    this.core = kubeConfig.makeApiClient(CoreV1Api);
    this.rbac = kubeConfig.makeApiClient(RbacAuthorizationV1Api);
    this.custom = kubeConfig.makeApiClient(CustomObjectsApi);
  }

  /** @param credspec the object's `credspec` field; undefined to omit it. */
  async createCredspec(
    name: string,
    credspec: Record<string, unknown> | undefined,
    { version = "v1", dryRun = false }: CredspecOptions = {},
  ): Promise<void> {
    await this.custom.createClusterCustomObject({
      ...CREDSPEC_RESOURCE,
      version,
      ...(dryRun ? { dryRun: "All" } : {}),
      body: credspecObject(name, credspec, version),
    });
  }

  async deleteCredspec(name: string): Promise<void> {
    await this.custom.deleteClusterCustomObject({ ...CREDSPEC_RESOURCE, name });
  }

  /** Replaces the `credspec` field of an existing object. */
  async changeCredspec(name: string, credspec: Record<string, unknown>): Promise<void> {
    const stored = (await this.custom.getClusterCustomObject({
      ...CREDSPEC_RESOURCE,
      name,
    })) as Record<string, unknown>;
    await this.custom.replaceClusterCustomObject({
      ...CREDSPEC_RESOURCE,
      name,
      body: { ...stored, credspec },
    });
  }

  async createServiceAccount(namespace: string, name: string): Promise<void> {
    await this.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  }

  /** Creates a ClusterRole that allows `use` on these credential specs, or on all if none is named. */
  async createUseRole(name: string, credspecs?: string[]): Promise<void> {
    await this.rbac.createClusterRole({
      body: {
        metadata: { name },
        rules: [
          {
            apiGroups: [CREDSPEC_RESOURCE.group],
            resources: [CREDSPEC_RESOURCE.plural],
            verbs: ["use"],
            resourceNames: credspecs,
          },
        ],
      },
    });
  }

  async bindInNamespace(
    namespace: string,
    clusterRole: string,
    subject: RbacV1Subject,
  ): Promise<void> {
    await this.rbac.createNamespacedRoleBinding({
      namespace,
      body: {
        metadata: { name: clusterRole },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole },
        subjects: [subject],
      },
    });
  }

  /** Creates a service account that may `use` these credential specs in its own namespace. */
  async createGrantedAccount(
    namespace: string,
    name: string,
    { role, credspecs }: { role: string; credspecs: string[] },
  ): Promise<void> {
    await this.createServiceAccount(namespace, name);
    await this.createUseRole(role, credspecs);
    await this.bindInNamespace(namespace, role, { kind: "ServiceAccount", name, namespace });
  }

  async bindInCluster(clusterRole: string, subject: RbacV1Subject): Promise<void> {
    await this.rbac.createClusterRoleBinding({
      body: {
        metadata: { name: clusterRole },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterRole },
        subjects: [subject],
      },
    });
  }

  /**
   * Sends a Pod to the API server. It has a scheduling gate that is never removed, so no node runs
   * it.
   */
  createPod(pod: CompletePod, options: { dryRun?: boolean } = {}): Promise<Outcome> {
    const spec = { ...pod.spec, schedulingGates: [{ name: "example.com/never" }] };
    return outcomeOf(
      this.core.createNamespacedPod({
        namespace: pod.metadata.namespace,
        body: { metadata: pod.metadata, spec } as V1Pod,
        dryRun: options.dryRun === true ? "All" : undefined,
      }),
    );
  }

  /** Adds the ephemeral containers of `pod` to the Pod of that name. */
  async addEphemeralContainers(pod: CompletePod): Promise<Outcome> {
    const { name, namespace } = pod.metadata;
    const body = await this.core.readNamespacedPod({ name, namespace });
    if (body.spec !== undefined) {
      body.spec.ephemeralContainers = pod.spec.ephemeralContainers;
    }
    return outcomeOf(this.core.replaceNamespacedPodEphemeralcontainers({ name, namespace, body }));
  }

  /** Creates the Pod, or adds its ephemeral containers to `oldPod`, and then removes it. */
  async tryPod({ pod, oldPod }: { pod: CompletePod; oldPod?: CompletePod }): Promise<Outcome> {
    const created = await this.createPod(oldPod ?? pod);
    if (!created.admitted) {
      return created;
    }
    try {
      return oldPod === undefined ? created : await this.addEphemeralContainers(pod);
    } finally {
      await this.deletePod(pod.metadata);
    }
  }

  /** Updates the Pod with changes. */
  async updatePod(
    { name, namespace }: CompletePod["metadata"],
    change: (pod: V1Pod) => void,
  ): Promise<Outcome> {
    const body = await this.core.readNamespacedPod({ name, namespace });
    change(body);
    return outcomeOf(this.core.replaceNamespacedPod({ name, namespace, body }));
  }

  /**
   * Deletes a Pod at once, because no kubelet stops it. The garbage collector may already have
   * removed one whose owner does not exist.
   */
  async deletePod({ name, namespace }: CompletePod["metadata"]): Promise<void> {
    try {
      await this.core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

async function outcomeOf(request: Promise<V1Pod>): Promise<Outcome> {
  try {
    return { admitted: true, pod: await request };
  } catch (error) {
    if (!(error instanceof ApiException)) {
      throw error;
    }
    return { admitted: false, code: error.code, ...statusIn(error.body) };
  }
}
