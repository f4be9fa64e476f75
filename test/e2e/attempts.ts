/** Attempts to get GMSA without `use`, or with other contents, each with the attacker's goal. */
import type { StatusCause } from "../../rules/admission/causes";
import { gmsaPlacesOf, type PodLike } from "../../rules/pod/windows-options";
import type { Bed } from "../../testbed/bed/bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { untilAdmitted } from "../support/until-admitted";
import { sendRaw, type RawAnswer, type RawRequest } from "./raw-request";

/** A row of the table. */
export interface Attempt {
  attempt: string;
  /** The attacker's goal. */
  hopes: string;
  request: RawRequest;
  /** The result: the status, and either the cause that the webhook gives or words of the API server. */
  status: number;
  refused?: StatusCause;
  says?: string;
}

/** A namespace with the account `granted`, the only one that may use the credential spec `granted`. */
export class AttemptWorld {
  readonly objects: Objects;
  readonly pods: string;

  constructor(
    private readonly bed: Bed,
    readonly namespace: string,
  ) {
    this.objects = new Objects(bed.kubeConfig);
    this.pods = `/api/v1/namespaces/${namespace}/pods`;
  }

  /** The credential spec that the account `granted` may use. */
  get credspec(): string {
    return this.namespace;
  }

  async setUp(): Promise<void> {
    const { objects, namespace, credspec } = this;
    await this.bed.createNamespace(namespace);
    await objects.createCredspec(credspec, validCredspec());
    await objects.createGrantedAccount(namespace, "granted", {
      role: namespace,
      credspecs: [credspec],
    });
    await untilAdmitted(
      objects,
      podOf(namespace, "first", { serviceAccount: "granted", credspec }),
    );
  }

  async tearDown(): Promise<void> {
    const { objects, namespace, credspec } = this;
    await Promise.all([
      objects.deleteCredspec(credspec),
      objects.rbac.deleteClusterRole({ name: namespace }),
      objects.core.deleteNamespace({ name: namespace }),
    ]);
  }

  send(request: RawRequest): Promise<RawAnswer> {
    return sendRaw(this.bed.kubeConfig, request);
  }

  /** Windows options that name the credential spec, optionally with these contents. */
  naming(contents?: string): object {
    return {
      windowsOptions: {
        gmsaCredentialSpecName: this.credspec,
        ...(contents === undefined ? {} : { gmsaCredentialSpec: contents }),
      },
    };
  }

  /** A Pod to send, with these fields in its spec. No node ever runs it. */
  pod(spec: object, metadata: object = {}): object {
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", ...metadata },
      spec: {
        schedulingGates: [{ name: "example.com/never" }],
        containers: [{ name: "main", image: "image" }],
        ...spec,
      },
    };
  }

  /** A request that creates a Pod with these fields, and stores it if it is admitted. */
  creating(body: object | string | Buffer, request: Partial<RawRequest> = {}): RawRequest {
    const isText = typeof body === "string" || Buffer.isBuffer(body);
    return {
      method: "POST",
      path: this.pods,
      body: isText ? body : JSON.stringify(body),
      ...request,
    };
  }

  /** Number of places with GMSA settings in the namespace's current Pods. */
  async storedPlaces(): Promise<number> {
    const { items } = await this.objects.core.listNamespacedPod({ namespace: this.namespace });
    return items.flatMap(pod => gmsaPlacesOf(pod as PodLike)).length;
  }
}
