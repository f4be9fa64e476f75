import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { ControlPlane } from "../control-plane/control-plane";
import { errorText, type Log } from "../process/log";
import { canListen, freePort, type Address } from "../process/ports";
import { canary, certificates, readPod, requestToken, target, type PodPlan } from "./pod-plan";
import { startReplica, type Replica, type ServedReplica } from "./replica";
import { SecretSync } from "./secret-sync";
import { startServiceProxy, type ServiceProxy } from "./service-proxy";
import { startOrStop } from "../process/start-or-stop";

/** How to run the controller of the installation in the cluster. */
export interface ControllersOptions {
  /** A control plane that the test bed started, and an administrator's client for it. */
  bed: { controlPlane: ControlPlane; kubeConfig: KubeConfig };
  /** Number of replicas; that of the Deployment if left out. */
  replicas?: number;
  /** The only replica listens on the ClusterIP itself, without a proxy in between. */
  direct?: boolean;
  log: Log;
}

/** The Pods of the Deployment, as processes, and the Service in front of them. */
export interface Controllers {
  /** The running replicas, oldest first. */
  readonly replicas: readonly Replica[];
  /** The certificate controller; undefined if it is not installed, as in Pepr's own YAML. */
  readonly keeper: Replica | undefined;
  /** The canary; undefined if that component is not installed. */
  readonly canary: Replica | undefined;
  /** The Service's ClusterIP. */
  readonly clusterIP: string;
  /** Waits until all replicas are ready; throws with a replica's output after 60 s. */
  waitReady(timeoutMs?: number): Promise<void>;
  /** Starts or stops replicas and waits for them. New replicas use the current Deployment. */
  scale(count: number): Promise<void>;
  /**
   * Replaces the replicas one after the other with ones of the current Deployment. A new replica
   * must be ready before the old one leaves the Service.
   */
  rollout(): Promise<void>;
  /** Stops all replicas and the Service. Idempotent. */
  stop(): Promise<void>;
}

class LocalControllers implements Controllers {
  #replicas: ServedReplica[] = [];
  #started = 0;
  #proxy: ServiceProxy | undefined;
  #keeper: ServedReplica | undefined;
  #canary: ServedReplica | undefined;
  readonly #secrets: SecretSync;

  constructor(
    readonly clusterIP: string,
    private readonly options: ControllersOptions,
  ) {
    this.#secrets = new SecretSync(
      options.bed.kubeConfig,
      (name, files) => {
        for (const replica of this.#replicas) replica.updateSecret(name, files);
      },
      options.log,
    );
  }

  get keeper(): Replica | undefined {
    return this.#keeper;
  }

  get canary(): Replica | undefined {
    return this.#canary;
  }

  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  async start(pod: PodPlan): Promise<void> {
    const { options } = this;
    const { controlPlane } = options.bed;
    const tunnel = controlPlane.serviceAccess === "tunnel" ? controlPlane.tunnelSocket : undefined;
    if (options.direct && tunnel) throw new Error("direct needs the right to listen on port 443");
    if (!options.direct) {
      const address = { host: this.clusterIP, port: 443 };
      this.#proxy = await startServiceProxy({ address, backends: () => this.#replicas }, tunnel);
    }
    this.#keeper = await this.#startOne(certificates);
    this.#canary = await this.#startOne(canary);
    await this.#add(options.replicas ?? (options.direct ? 1 : pod.replicas), pod);
  }

  async waitReady(timeoutMs?: number): Promise<void> {
    await Promise.all(this.#replicas.map(replica => replica.ready(timeoutMs)));
    await this.#proxy?.update();
  }

  async scale(count: number): Promise<void> {
    const surplus = this.#replicas.splice(count);
    const missing = count - this.#replicas.length;
    if (missing > 0) await this.#add(missing, await readPod(this.options.bed.kubeConfig));
    await Promise.all(surplus.map(replica => replica.end()));
    await this.waitReady();
  }

  async rollout(): Promise<void> {
    if (this.options.direct) throw new Error("a direct replica cannot be replaced while it serves");
    const pod = await readPod(this.options.bed.kubeConfig);
    for (const old of [...this.#replicas]) {
      await this.#add(1, pod);
      await this.waitReady();
      this.#replicas = this.#replicas.filter(replica => replica !== old);
      await old.end();
    }
  }

  async stop(): Promise<void> {
    const replicas = this.#replicas.splice(0);
    for (const other of [this.#keeper, this.#canary]) if (other) replicas.push(other);
    await Promise.all(replicas.map(replica => replica.stop()));
    await Promise.all([this.#secrets.stop(), this.#proxy?.stop()]);
  }

  async #add(count: number, pod: PodPlan): Promise<void> {
    if (this.options.direct && this.#replicas.length + count > 1) {
      throw new Error("only one replica can listen on the ClusterIP");
    }
    this.#replicas.push(...(await this.#start(count, pod, number => this.#servedAddress(number))));
    for (const { secretName, files } of pod.mounts) {
      if (secretName) this.#secrets.watch(secretName, files);
    }
  }

  /** Starts the Pod of a Deployment with a single replica, if it is installed. */
  async #startOne(deployment: string): Promise<ServedReplica | undefined> {
    const { kubeConfig } = this.options.bed;
    if (!(await isInstalled(kubeConfig, deployment))) return undefined;
    const pod = await readPod(kubeConfig, deployment);
    const [started] = await this.#start(1, pod, number => this.#podAddress(number));
    return started;
  }

  async #start(
    count: number,
    pod: PodPlan,
    addressOf: (number: number) => Promise<Address>,
  ): Promise<ServedReplica[]> {
    const { bed } = this.options;
    const token = await requestToken(bed.kubeConfig, pod);
    const replicas: ServedReplica[] = [];
    for (let i = 0; i < count; i++) {
      const number = this.#started++;
      const replica = startReplica({
        pod,
        token,
        address: await addressOf(number),
        dir: mkdtempSync(join(bed.controlPlane.dir, `replica-${number}-`)),
        ca: bed.controlPlane.ca,
        apiServer: { host: "127.0.0.1", port: bed.controlPlane.apiServerPort },
        onChange: () => {
          this.#updateProxy();
        },
      });
      replicas.push(replica);
    }
    return replicas;
  }

  /** Only a replica can listen on the ClusterIP: the other Deployments serve at most metrics. */
  async #servedAddress(number: number): Promise<Address> {
    if (this.options.direct) return { host: this.clusterIP, port: 443 };
    return this.#podAddress(number);
  }

  async #podAddress(number: number): Promise<Address> {
    const host = this.options.bed.controlPlane.range.podAddress(number % 200);
    const address = { host, port: 3000 };
    // Another process may listen on port 3000 of all addresses. Systems other than Linux have only
    // one loopback address.
    if (await canListen(address)) return address;
    return { host: "127.0.0.1", port: await freePort() };
  }

  #updateProxy(): void {
    this.#proxy?.update().catch((error: unknown) => {
      this.options.log(`the Service cannot listen on ${this.clusterIP}: ${errorText(error)}`);
    });
  }
}

async function isInstalled(kubeConfig: KubeConfig, name: string): Promise<boolean> {
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const { items } = await apps.listNamespacedDeployment({ namespace: target.namespace });
  return items.some(({ metadata }) => metadata?.name === name);
}

/**
 * Acts as kubelet and kube-proxy for the Deployment pepr-gmsa: runs its container as processes with
 * its environment, Secrets and ServiceAccount, and forwards its Service to the ready ones. Also
 * runs the certificate controller. Returns at once; `waitReady` waits.
 * @throws if the Deployment, a Secret or the Service is missing
 */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  const core = options.bed.kubeConfig.makeApiClient(CoreV1Api);
  const service = await core.readNamespacedService(target);
  const clusterIP = service.spec?.clusterIP;
  if (!clusterIP) throw new Error(`the Service ${target.name} has no ClusterIP`);
  return startOrStop(new LocalControllers(clusterIP, options), async controllers => {
    await controllers.start(await readPod(options.bed.kubeConfig));
  });
}
