import type { KubeConfig } from "@kubernetes/client-node";
import { findBinaries, type Binaries } from "../programs/binaries";
import { startControlPlane, type ControlPlane } from "../control-plane/control-plane";
import type { ServiceAccess } from "../control-plane/control-plane-flags";
import { startControllers, type Controllers } from "../controller/controller";
import { loadKeepAlive, type KeepAliveConfig } from "../control-plane/kubeconfig";
import { applyFile, kubectlFor, type Kubectl } from "../control-plane/kubectl";
import { silent, type Log } from "../process/log";
import {
  createDefaultServiceAccount,
  createNamespace,
  waitForServiceAccount,
} from "../control-plane/namespaces";
import { canBindPrivilegedPort } from "../process/network";
import { startOrStop } from "../process/start-or-stop";

export type { ControlPlane } from "../control-plane/control-plane";
export type { Controllers } from "../controller/controller";
export { attachBed, connectBed } from "./external-bed";
export type { AttachOptions, ConnectOptions } from "./external-bed";
export type { Kubectl, KubectlOptions, KubectlResult } from "../control-plane/kubectl";
export { KubectlError } from "../control-plane/kubectl";
export { MissingPrerequisite } from "../../test/cluster/missing-prerequisite";
export type { Replica } from "../controller/replica";

/** A cluster to test on: one that we started, or the user's own. */
export interface Bed {
  /** Kubeconfig of an administrator, with this cluster only. */
  readonly kubeconfigPath: string;
  /** The same for client-node, with connections that are kept open until `stop`. */
  readonly kubeConfig: KubeConfig;
  /** Path or name of the kubectl that `kubectl` runs. */
  readonly kubectlProgram: string;
  /** False where no Deployment makes Pods and no namespace is ever emptied. */
  readonly hasControllerManager: boolean;
  /** Undefined before `install`, and where the cluster's own nodes run the controller. */
  readonly controllers: Controllers | undefined;
  /** Undefined on a cluster that we did not start. */
  readonly controlPlane: ControlPlane | undefined;
  /** Runs kubectl on this cluster, never on the user's; throws KubectlError if it fails. */
  readonly kubectl: Kubectl;
  /** Applies one YAML file, with retries for what a first apply can race on. */
  apply(file: string): Promise<void>;
  /** Applies the built manifest and runs the controller until it is ready. */
  install(file: string, options?: InstallOptions): Promise<void>;
  /**
   * Runs the controller of an installation that has been applied already, until it is ready. One
   * that ran before is stopped.
   */
  runControllers(options?: InstallOptions): Promise<void>;
  waitForServiceAccount(namespace: string, name: string): Promise<void>;
  /** Creates a namespace, if it is not there, and waits until Pods can be created in it. */
  createNamespace(name: string): Promise<void>;
  /** Stops what was started and closes all connections. Idempotent. */
  stop(): Promise<void>;
}

/** How to run the controller. */
export interface InstallOptions {
  /** How many; what the Deployment asks for if left out. */
  replicas?: number;
  /** The only replica listens on the Service's ClusterIP itself: nothing in between, for speed. */
  direct?: boolean;
}

/** How to start a bed. */
export interface BedOptions extends InstallOptions {
  /** Path of the YAML file to install; without one, `install` can be called later. */
  install?: string;
  log?: Log;
  /** Leave the folder with the logs behind. */
  keepDir?: boolean;
  /** Added to the flags of kube-apiserver. */
  apiServerFlags?: readonly string[];
  /** How the API server reaches the Service; "bind" where port 443 can be had, else "tunnel". */
  serviceAccess?: ServiceAccess;
}

class LocalBed implements Bed {
  readonly kubeConfig: KubeConfig;
  readonly kubeconfigPath: string;
  readonly kubectlProgram: string;
  readonly hasControllerManager: boolean;
  readonly kubectl: Kubectl;
  readonly #client: KeepAliveConfig;
  #controllers: Controllers | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    readonly controlPlane: ControlPlane,
    binaries: Binaries,
    private readonly options: BedOptions,
  ) {
    this.kubeconfigPath = controlPlane.kubeconfigPath;
    this.hasControllerManager = controlPlane.hasControllerManager;
    this.kubectlProgram = binaries.kubectl;
    this.#client = loadKeepAlive(this.kubeconfigPath);
    this.kubeConfig = this.#client.kubeConfig;
    this.kubectl = kubectlFor(binaries.kubectl, this.kubeconfigPath, {
      PATH: process.env.PATH,
      HOME: controlPlane.dir,
    });
  }

  get controllers(): Controllers | undefined {
    return this.#controllers;
  }

  apply(file: string): Promise<void> {
    return applyFile(this.kubectl, file, this.#log);
  }

  async install(file: string, options: InstallOptions = this.options): Promise<void> {
    if (this.#controllers) throw new Error("the controller is installed; use scale or rollout");
    await this.apply(file);
    await this.runControllers(options);
  }

  async runControllers(options: InstallOptions = this.options): Promise<void> {
    await this.#controllers?.stop();
    const { replicas, direct } = options;
    this.#controllers = await startControllers({ bed: this, replicas, direct, log: this.#log });
    await this.#controllers.waitReady();
  }

  async waitForServiceAccount(namespace: string, name: string): Promise<void> {
    if (!this.hasControllerManager && name === "default") {
      await createDefaultServiceAccount(this.kubeConfig, namespace);
    }
    await waitForServiceAccount(this.kubeConfig, namespace, name);
  }

  async createNamespace(name: string): Promise<void> {
    await createNamespace(this.kubeConfig, name);
    await this.waitForServiceAccount(name, "default");
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  get #log(): Log {
    return this.options.log ?? silent;
  }

  async #stop(): Promise<void> {
    await this.#controllers?.stop();
    this.#client.close();
    await this.controlPlane.stop();
  }
}

async function chooseAccess(options: BedOptions): Promise<ServiceAccess> {
  if (options.serviceAccess) return options.serviceAccess;
  return (await canBindPrivilegedPort()) ? "bind" : "tunnel";
}

/**
 * Starts a control plane and, with `install`, the module on it; returns when Pods can be created
 * in the namespace `default`. Any number of beds run side by side.
 * @throws MissingPrerequisite if this machine lacks what it takes
 * @throws Error with the last output of what failed; nothing is left running then
 */
export async function startBed(options: BedOptions = {}): Promise<Bed> {
  const log = options.log ?? silent;
  const binaries = await findBinaries(log);
  const serviceAccess = await chooseAccess(options);
  const { keepDir, apiServerFlags } = options;
  const controlPlane = await startControlPlane({
    binaries,
    serviceAccess,
    log,
    keepDir,
    apiServerFlags,
  });
  return startOrStop(new LocalBed(controlPlane, binaries, options), async bed => {
    log(`Kubernetes ${binaries.kubernetesVersion ?? ""} runs in ${controlPlane.dir}`);
    await bed.waitForServiceAccount("default", "default");
    if (options.install) await bed.install(options.install);
  });
}
