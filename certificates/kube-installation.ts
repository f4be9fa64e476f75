import {
  AdmissionregistrationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
  type V1Endpoint,
  type V1Secret,
} from "@kubernetes/client-node";

import type { SignedPair } from "./authority";
import type {
  Installation,
  Observation,
  StoredPair,
  WebhookChange,
  WebhookConfiguration,
} from "./installation";
import { CERT_MANAGER_NAME, MADE_BY, PATH_SINCE, RENEW, RENEWED, ROTATIONS } from "./annotations";
import { acceptsPath } from "./accepted-path";
import {
  AUTHORITY_SECRET,
  KEEPER,
  NAME,
  NAMESPACE,
  PATH_SECRET,
  TLS_SECRET,
} from "../kube/installation-names";
import { readRotations, rotationsText } from "./rotation-limit";
import { servedFingerprint } from "./served-fingerprint";
import { observedConfiguration, webhookPatch, type Configuration } from "./webhook-patch";

type Kind = WebhookConfiguration["kind"];

/** What to observe in addition to the Secrets with the certificate and the path. */
export interface ObservedParts {
  configurations: boolean;
  /** Whether to read the CA that a user has written. */
  authority: boolean;
}

/** The address of a replica, and whether it is ready. */
interface ReplicaAddress {
  host: string;
  port: number;
  ready: boolean;
}

/**
 * The installation in the cluster of a kubeconfig. It reads objects by name, and lists only
 * EndpointSlices.
 */
export class KubeInstallation implements Installation {
  readonly #core: CoreV1Api;
  readonly #admission: AdmissionregistrationV1Api;
  readonly #discovery: DiscoveryV1Api;
  /** As last read. Writes refer to its version. */
  #tls: V1Secret | undefined;
  #path: V1Secret | undefined;

  /**
   * @param tlsSecret the name of the Secret with the certificate that the replicas serve.
   * @param parts what to observe in addition to the Secrets with the certificate and the path.
   */
  constructor(
    kubeConfig: KubeConfig,
    private readonly tlsSecret: string = TLS_SECRET,
    private readonly parts: ObservedParts = { configurations: true, authority: false },
  ) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
    this.#admission = kubeConfig.makeApiClient(AdmissionregistrationV1Api);
    this.#discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  }

  async observe(): Promise<Observation> {
    const { parts } = this;
    const [tls, path, configurations, authority] = await Promise.all([
      this.#readSecret(this.tlsSecret),
      this.#readSecret(PATH_SECRET),
      parts.configurations ? Promise.all([this.#read("mutate"), this.#read("validate")]) : [],
      parts.authority ? this.#readSecret(AUTHORITY_SECRET) : undefined,
    ]);
    this.#tls = tls;
    this.#path = path;
    return {
      pair: storedPair(tls),
      apiPath: textOf(path, "value").trim(),
      configurations: configurations.map(({ kind, configuration }) =>
        observedConfiguration(kind, configuration),
      ),
      ...(authority && {
        authority: {
          certificate: textOf(authority, "ca.crt"),
          key: textOf(authority, "ca.key"),
        },
      }),
    };
  }

  async servedFingerprints(): Promise<(string | undefined)[]> {
    const replicas = await this.replicas();
    return Promise.all(replicas.filter(({ ready }) => ready).map(servedFingerprint));
  }

  async replicas(): Promise<ReplicaAddress[]> {
    const { items } = await this.#discovery.listNamespacedEndpointSlice({
      namespace: NAMESPACE,
      labelSelector: `kubernetes.io/service-name=${NAME}`,
    });
    return items.flatMap(({ endpoints, ports }) =>
      // The API server sends null for an empty list of endpoints, although the type does not allow it.
      ((endpoints as V1Endpoint[] | null) ?? [])
        .flatMap(({ addresses, conditions }) =>
          addresses.slice(0, 1).map(host => ({ host, ready: conditions?.ready !== false })),
        )
        .flatMap(address =>
          (ports ?? []).flatMap(({ port }) => (port ? [{ ...address, port }] : [])),
        ),
    );
  }

  /**
   * Returns, for each replica that is ready or can be reached, whether it answers requests on this path.
   * A replica that is not ready may still be called on an existing connection.
   */
  async accepting(path: string, ca: string): Promise<boolean[]> {
    const replicas = await this.replicas();
    const answers = await Promise.all(
      replicas.map(async ({ host, port, ready }) => ({
        ready,
        accepts: await acceptsPath({ host, port, ca }, path),
      })),
    );
    return answers
      .filter(({ ready, accepts }) => ready || accepts !== undefined)
      .map(({ accepts }) => accepts === true);
  }

  async storePair(
    { certificate, key, ca }: SignedPair,
    renewed: string,
    rotations: readonly Date[],
  ): Promise<void> {
    await this.#replace(
      this.#tls,
      { "tls.crt": certificate, "tls.key": key, "ca.crt": ca },
      {
        [MADE_BY]: KEEPER,
        [ROTATIONS]: rotationsText(rotations),
        ...(renewed === "" ? {} : { [RENEWED]: renewed }),
      },
    );
  }

  async storeApiPath(apiPath: string): Promise<void> {
    const since = new Date().toISOString();
    await this.#replace(this.#path, { value: apiPath }, { [PATH_SINCE]: since });
  }

  async updateWebhooks(change: WebhookChange): Promise<boolean> {
    const updates = [this.#update("mutate", change), this.#update("validate", change)];
    return (await Promise.all(updates)).includes(true);
  }

  #readSecret(name: string): Promise<V1Secret> {
    return this.#core.readNamespacedSecret({ namespace: NAMESPACE, name });
  }

  async #read(kind: Kind): Promise<{ kind: Kind; configuration: Configuration }> {
    const configuration =
      kind === "mutate"
        ? await this.#admission.readMutatingWebhookConfiguration({ name: NAME })
        : await this.#admission.readValidatingWebhookConfiguration({ name: NAME });
    return { kind, configuration };
  }

  async #update(kind: Kind, change: WebhookChange): Promise<boolean> {
    const { configuration } = await this.#read(kind);
    const body = webhookPatch(configuration, kind, change);
    if (body.length === 0) return false;
    const request = { name: NAME, body, fieldManager: KEEPER };
    const options = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);
    if (kind === "mutate") {
      await this.#admission.patchMutatingWebhookConfiguration(request, options);
    } else {
      await this.#admission.patchValidatingWebhookConfiguration(request, options);
    }
    return true;
  }

  async #replace(
    secret: V1Secret | undefined,
    texts: Record<string, string>,
    annotations: Record<string, string>,
  ): Promise<void> {
    const name = secret?.metadata?.name;
    if (secret?.metadata === undefined || name === undefined) {
      throw new Error("the Secret has to be read before it is written");
    }
    const metadata = Object.assign({}, secret.metadata, {
      annotations: { ...secret.metadata.annotations, ...annotations },
    });
    const body = Object.assign({}, secret, { metadata, stringData: texts });
    const where = { namespace: NAMESPACE, name };
    await this.#core.replaceNamespacedSecret({ ...where, body, fieldManager: KEEPER });
  }
}

function storedPair(secret: V1Secret): StoredPair {
  const annotations = secret.metadata?.annotations ?? {};
  return {
    certificate: textOf(secret, "tls.crt"),
    key: textOf(secret, "tls.key"),
    ca: textOf(secret, "ca.crt"),
    own: annotations[MADE_BY] === KEEPER,
    certManagerName: annotations[CERT_MANAGER_NAME],
    renew: annotations[RENEW] ?? "",
    renewed: annotations[RENEWED] ?? "",
    rotations: readRotations(annotations[ROTATIONS] ?? ""),
  };
}

function textOf(secret: V1Secret, key: string): string {
  return Buffer.from(secret.data?.[key] ?? "", "base64").toString();
}
