/** The certificates of an installation behind a kubeconfig. */
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

/** What changes of a Secret; of that with the certificate if none is named. */
interface SecretPatch {
  name?: string;
  annotations: Record<string, string | null>;
  stringData?: Record<string, string>;
}

/** How the API server names who changed a field. */
const FIELD_MANAGER = "gmsa";

/**
 * As the user of the kubeconfig: needs to get and patch what the certificates are in. Every call
 * rejects with a Failure that says what the API server answered.
 */
export class KubeCertificates {
  readonly #kubeConfig: KubeConfig;
  readonly #installation: KubeInstallation;
  readonly #core: CoreV1Api;
  readonly #paths: KubePathStore;
  /** Of the Secret that the replicas serve from. */
  readonly secretName: string;
  /** Milliseconds for which an old CA stays trusted; undefined if that cannot be read. */
  readonly trustOldMs: number | undefined;
  /** Who lets the API server trust the CA. */
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

  /** Asks which Secret the keeper looks after; the usual one if that may not be asked. */
  static async connect(kubeConfig: KubeConfig): Promise<KubeCertificates> {
    return new KubeCertificates(kubeConfig, await keepersSettings(kubeConfig));
  }

  observe(): Promise<Observation> {
    return asked(this.#installation.observe());
  }

  /** The replicas that are ready. */
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

  /** The secret part of the webhooks' paths, and how far its replacement is. */
  path(): Promise<PathState> {
    return asked(this.#paths.read());
  }

  /** @param value to be answered by the keeper, which sets `renewed` of the path to it. */
  async askForPath(value: string): Promise<void> {
    await this.#patchSecret({ name: PATH_SECRET, annotations: { [RENEW]: value } });
  }

  /** @param value to be answered by the keeper, which sets `renewed` to it. */
  async askToRenew(value: string): Promise<void> {
    await this.#patchSecret({ annotations: { [RENEW]: value } });
  }

  /** Lets the pair's CA be trusted as well, and puts the pair into the Secret, as the user's. */
  async give(pair: SignedPair): Promise<void> {
    const observation = await this.observe();
    // First, so that it is safe even while the keeper does not run; replicas serve a new pair only
    // when it has lain there for a while.
    await asked(this.#installation.updateWebhooks(trustAlso(observation, pair.ca, new Date())));
    await this.#patchSecret({
      annotations: { [MADE_BY]: null, [RENEW]: null, [RENEWED]: null, [ROTATIONS]: null },
      stringData: { "tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": pair.ca },
    });
  }

  /** Sets CA and path in our own webhooks. */
  async updateWebhooks(change: WebhookChange): Promise<boolean> {
    return asked(this.#installation.updateWebhooks(change));
  }

  /** Gives the CA to the keeper, to make the pair below it. */
  async storeAuthority({ certificate, key }: KeyPair): Promise<void> {
    const stringData = { "ca.crt": certificate, "ca.key": key };
    await this.#patch(AUTHORITY_SECRET, { stringData });
  }

  async storePath(apiPath: string): Promise<void> {
    await this.#patch(PATH_SECRET, { stringData: { value: apiPath } });
  }

  /** Lets the keeper replace the user's pair by one of its own. */
  async takeBack(value: string): Promise<void> {
    await this.#patchSecret({ annotations: { [MADE_BY]: KEEPER, [RENEW]: value } });
  }

  /** In one call, so that nobody sees one part without the other. */
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
    // It is not there, or not to be read, as with Pepr's own YAML; what matters fails later.
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
