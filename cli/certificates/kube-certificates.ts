/** The certificates of an installation, accessed through a kubeconfig. */
import {
  AppsV1Api,
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
  type V1Pod,
} from "@kubernetes/client-node";

import type { SignedPair } from "../../certificates/authority";
import type { Observation, WebhookChange } from "../../certificates/installation";
import { KubeInstallation } from "../../certificates/kube-installation";
import {
  AUTHORITY_SECRET,
  KEEPER,
  NAME,
  NAMESPACE,
  PATH_SECRET,
  TLS_SECRET,
} from "../../kube/installation-names";
import { KubePathStore } from "../../certificates/kube-path";
import type { PathState } from "../../certificates/path-plan";
import { MADE_BY, RENEW, RENEWED, ROTATIONS } from "../../certificates/annotations";
import { trustAlso } from "../../certificates/plan";
import { readSettings, type Settings, type Trust } from "../../certificates/settings";
import type { KeyPair } from "../../pki/key-pair";
import { portOfReplica } from "../../kube/webhook-port";
import { asked } from "../api/calls";
import type { ReplicaCertificate } from "./model";
import { fingerprintThroughApiServer } from "./port-forward";

/** A change of a Secret. Without a name, it is the Secret with the certificate. */
interface SecretPatch {
  name?: string;
  annotations: Record<string, string | null>;
  stringData?: Record<string, string>;
}

/** Identifies the changes of gmsa in managedFields. */
const FIELD_MANAGER = "gmsa";

/**
 * Uses the rights of the kubeconfig's user, who needs to get and patch the objects with the certificates.
 * Every call rejects with a Failure that has the API server's answer.
 */
export class KubeCertificates {
  readonly #kubeConfig: KubeConfig;
  readonly #installation: KubeInstallation;
  readonly #core: CoreV1Api;
  readonly #paths: KubePathStore;
  /** Name of the Secret with the served certificate. */
  readonly secretName: string;
  /** Milliseconds for which a previous CA stays trusted. Undefined if it cannot be read. */
  readonly trustOldMs: number | undefined;
  /** Whether the certificate controller or a person makes the API server trust the CA. */
  readonly trust: Trust;

  private constructor(kubeConfig: KubeConfig, settings: Settings | undefined) {
    this.secretName = settings?.tlsSecret ?? TLS_SECRET;
    this.trustOldMs = settings?.trustOldMs;
    this.trust = settings?.trust ?? "automatic";
    this.#kubeConfig = kubeConfig;
    this.#installation = new KubeInstallation(kubeConfig, this.secretName, {
      configurations: true,
      authority: this.trust === "manual",
    });
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
    this.#paths = new KubePathStore(kubeConfig);
  }

  /** Reads which Secret the certificate controller manages. Uses the default if the user may not read it. */
  static async connect(kubeConfig: KubeConfig): Promise<KubeCertificates> {
    return new KubeCertificates(kubeConfig, await keepersSettings(kubeConfig));
  }

  observe(): Promise<Observation> {
    return asked(this.#installation.observe());
  }

  /** The ready replicas. */
  async replicas(): Promise<ReplicaCertificate[]> {
    const { items } = await asked(
      this.#core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: `app=${NAME}` }),
    );
    return Promise.all(
      items.filter(isReady).map(async ({ metadata, spec }) => {
        const pod = metadata?.name ?? "";
        const place = { namespace: NAMESPACE, pod, port: portOfReplica(spec) };
        return { pod, fingerprint: await fingerprintThroughApiServer(this.#kubeConfig, place) };
      }),
    );
  }

  /** The secret part of the webhooks' paths, and the state of its replacement. */
  path(): Promise<PathState> {
    return asked(this.#paths.read());
  }

  /**
   * @param value identifies the request. The certificate controller answers by setting `renewed` of the path
   *   to it.
   */
  async askForPath(value: string): Promise<void> {
    await this.#patchSecret({ name: PATH_SECRET, annotations: { [RENEW]: value } });
  }

  /** @param value identifies the request. The certificate controller answers by setting `renewed` to it. */
  async askToRenew(value: string): Promise<void> {
    await this.#patchSecret({ annotations: { [RENEW]: value } });
  }

  /** Adds the pair's CA to the trusted ones, and stores the pair in the Secret as supplied by a user. */
  async give(pair: SignedPair): Promise<void> {
    const observation = await this.observe();
    // Trust comes first, so that this is safe even if the certificate controller does not run. Replicas serve
    // a new pair only after it has been in the Secret for a while.
    await asked(this.#installation.updateWebhooks(trustAlso(observation, pair.ca, new Date())));
    await this.#patchSecret({
      annotations: { [MADE_BY]: null, [RENEW]: null, [RENEWED]: null, [ROTATIONS]: null },
      stringData: { "tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": pair.ca },
    });
  }

  /** Sets the CA and the path in the installation's webhooks. */
  async updateWebhooks(change: WebhookChange): Promise<boolean> {
    return asked(this.#installation.updateWebhooks(change));
  }

  /** Stores the CA, so that the certificate controller can create a pair below it. */
  async storeAuthority({ certificate, key }: KeyPair): Promise<void> {
    const stringData = { "ca.crt": certificate, "ca.key": key };
    await this.#patch(AUTHORITY_SECRET, { stringData });
  }

  async storePath(apiPath: string): Promise<void> {
    await this.#patch(PATH_SECRET, { stringData: { value: apiPath } });
  }

  /** Allows the certificate controller to replace the user's pair by its own. */
  async takeBack(value: string): Promise<void> {
    await this.#patchSecret({ annotations: { [MADE_BY]: KEEPER, [RENEW]: value } });
  }

  /** In one call, so that no reader sees a partial change. */
  async #patchSecret({
    name = this.secretName,
    annotations,
    stringData = {},
  }: SecretPatch): Promise<void> {
    await this.#patch(name, { metadata: { annotations }, stringData });
  }

  async #patch(name: string, body: object): Promise<void> {
    await asked(
      this.#core.patchNamespacedSecret(
        { namespace: NAMESPACE, name, body, fieldManager: FIELD_MANAGER },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      ),
    );
  }
}

async function keepersSettings(kubeConfig: KubeConfig): Promise<Settings | undefined> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  try {
    const { spec } = await apps.readNamespacedDeployment({ namespace: NAMESPACE, name: KEEPER });
    const env = spec?.template.spec?.containers[0]?.env ?? [];
    return readSettings(Object.fromEntries(env.map(({ name, value }) => [name, value])));
  } catch {
    // It does not exist or may not be read, for example with Pepr's own YAML. If it matters, a later call
    // fails.
    return undefined;
  }
}

function isReady({ metadata, status }: V1Pod): boolean {
  const conditions = status?.conditions ?? [];
  return (
    metadata?.deletionTimestamp === undefined &&
    conditions.some(condition => condition.type === "Ready" && condition.status === "True")
  );
}
