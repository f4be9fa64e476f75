/** The objects of one run in a cluster: creates and removes them. */
import {
  CoreV1Api,
  CustomObjectsApi,
  RbacAuthorizationV1Api,
  type CoreV1Event,
  type KubeConfig,
  type KubernetesObject,
  type V1EphemeralContainer,
  type V1Pod,
} from "@kubernetes/client-node";

import { answered } from "../../../kube/try-pod";
import { CREDSPEC_KIND, CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import type { JsonObject } from "../../../rules/json-object";
import type { CreateAnswer } from "../../../rules/canary/probe-answer";
import { RBAC_GROUP } from "../../../rules/rbac/rbac-objects";
import { useBinding, useRole } from "../../../rules/rbac/use-grant";
import { ifThere, lookUp, type Lookup } from "../../api/calls";
import { RUN_LABEL, type Copy } from "./case-model";
import { Interrupted } from "./bounded-wait";

/** An object of a run, with its resource name. */
export interface Created {
  kind: "pod" | "rolebinding" | "clusterrole" | "gmsacredentialspec";
  name: string;
}

/** The objects of a copy: the credential spec, its role and its binding. */
export function objectsOfCopy(
  { name, namespace, serviceAccount, credspec }: Copy,
  run: string,
): {
  credspec: KubernetesObject & { credspec: JsonObject };
  role: ReturnType<typeof useRole>;
  binding: ReturnType<typeof useBinding>;
} {
  const labels = { [RUN_LABEL]: run };
  const role = useRole(name, name);
  const binding = useBinding(name, { namespace, name: serviceAccount }, name);
  // Without the label of gmsa grant, gmsa revoke does not remove them.
  role.metadata = { name, labels };
  binding.metadata = { name: binding.metadata?.name ?? "", namespace, labels };
  return {
    credspec: {
      apiVersion: `${CREDSPEC_RESOURCE.group}/${CREDSPEC_RESOURCE.version}`,
      kind: CREDSPEC_KIND,
      metadata: { name, labels },
      credspec,
    },
    role,
    binding,
  };
}

export class RunObjects {
  readonly #core: CoreV1Api;
  readonly #custom: CustomObjectsApi;
  readonly #rbac: RbacAuthorizationV1Api;
  /** Objects that may exist, newest first. */
  #created: Created[] = [];
  /** Calls without an answer so far. */
  readonly #creating = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(
    kubeConfig: KubeConfig,
    private readonly namespace: string,
    private readonly run: string,
  ) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
    this.#custom = kubeConfig.makeApiClient(CustomObjectsApi);
    this.#rbac = kubeConfig.makeApiClient(RbacAuthorizationV1Api);
  }

  /** Objects that may still exist. */
  get created(): readonly Created[] {
    return this.#created;
  }

  createPod(body: V1Pod, isDryRun: boolean): Promise<CreateAnswer> {
    const { namespace } = this;
    if (isDryRun)
      return answered(this.#core.createNamespacedPod({ namespace, body, dryRun: "All" }));
    return this.#create("pod", body.metadata?.name ?? "", () =>
      answered(this.#core.createNamespacedPod({ namespace, body })),
    );
  }

  readPod(name: string): Promise<Lookup<V1Pod | undefined>> {
    const { namespace } = this;
    return lookUp("get pods", () => ifThere(this.#core.readNamespacedPod({ namespace, name })));
  }

  eventsOf(pod: V1Pod | undefined): Promise<Lookup<readonly CoreV1Event[]>> {
    const { namespace } = this;
    const fieldSelector = `involvedObject.uid=${pod?.metadata?.uid ?? ""}`;
    return lookUp("list events", async () => {
      const { items } = await this.#core.listNamespacedEvent({ namespace, fieldSelector });
      return items;
    });
  }

  /** Retries on a conflict, because a kubelet may write the status of the Pod at the same time. */
  async addContainer(name: string, container: V1EphemeralContainer): Promise<CreateAnswer> {
    const { namespace } = this;
    for (let attempt = 1; ; attempt++) {
      const answer = await answered(
        this.#core.readNamespacedPod({ namespace, name }).then(body => {
          const { ephemeralContainers = [], ...spec } = body.spec ?? { containers: [] };
          body.spec = { ...spec, ephemeralContainers: [...ephemeralContainers, container] };
          return this.#core.replaceNamespacedPodEphemeralcontainers({ namespace, name, body });
        }),
      );
      const isConflict = answer.outcome === "refused" && answer.code === 409;
      if (!isConflict || attempt === MOST_ATTEMPTS) return answer;
    }
  }

  async createCopy(copy: Copy): Promise<void> {
    const { credspec, role, binding } = objectsOfCopy(copy, this.run);
    const { namespace } = this;
    await this.#create("gmsacredentialspec", copy.name, () =>
      this.#custom.createClusterCustomObject({ ...CREDSPEC_RESOURCE, body: credspec }),
    );
    await this.#create("clusterrole", copy.name, () =>
      this.#rbac.createClusterRole({ body: role }),
    );
    await this.#create("rolebinding", binding.metadata?.name ?? "", () =>
      this.#rbac.createNamespacedRoleBinding({ namespace, body: binding }),
    );
  }

  async changeCopy(name: string, credspec: JsonObject): Promise<void> {
    const stored = (await this.#custom.getClusterCustomObject({
      ...CREDSPEC_RESOURCE,
      name,
    })) as JsonObject;
    const body = { ...stored, credspec };
    await this.#custom.replaceClusterCustomObject({ ...CREDSPEC_RESOURCE, name, body });
  }

  async revoke({ name, namespace, serviceAccount }: Copy): Promise<void> {
    const { metadata } = useBinding(name, { namespace, name: serviceAccount }, name);
    await this.delete({ kind: "rolebinding", name: metadata?.name ?? "" });
  }

  /** Does not wait until the object is gone. A missing object is not an error. */
  async delete({ kind, name }: Created): Promise<void> {
    const of = { namespace: this.namespace, name };
    const calls: Record<Created["kind"], () => Promise<unknown>> = {
      pod: () => this.#core.deleteNamespacedPod(of),
      rolebinding: () => this.#rbac.deleteNamespacedRoleBinding(of),
      clusterrole: () => this.#rbac.deleteClusterRole({ name }),
      gmsacredentialspec: () =>
        this.#custom.deleteClusterCustomObject({ ...CREDSPEC_RESOURCE, name }),
    };
    await ifThere(calls[kind]());
    // A Pod exists until its node has ended it.
    if (kind !== "pod") this.forget({ kind, name });
  }

  forget(gone: Created): void {
    this.#created = this.#created.filter(
      ({ kind, name }) => kind !== gone.kind || name !== gone.name,
    );
  }

  /** Refuses to create more objects, and waits for the calls in progress. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#creating);
  }

  /** Records the object first, because an interrupted call may have created it. */
  async #create<Answer>(
    kind: Created["kind"],
    name: string,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    if (this.#isClosed) throw new Interrupted();
    this.#created = [{ kind, name }, ...this.#created];
    const creating = call();
    this.#creating.add(creating);
    try {
      return await creating;
    } finally {
      this.#creating.delete(creating);
    }
  }
}

const MOST_ATTEMPTS = 5;

/** The command that removes an object. */
export function commandToRemove({ kind, name }: Created, namespace: string): string {
  switch (kind) {
    case "pod":
      return `kubectl delete pod ${name} -n ${namespace}`;
    case "rolebinding":
      return `kubectl delete rolebinding.${RBAC_GROUP} ${name} -n ${namespace}`;
    case "clusterrole":
      return `kubectl delete clusterrole.${RBAC_GROUP} ${name}`;
    case "gmsacredentialspec":
      return `kubectl delete ${CREDSPEC_RESOURCE.plural}.${CREDSPEC_RESOURCE.group} ${name}`;
  }
}
