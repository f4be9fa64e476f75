import type { KubeConfig } from "@kubernetes/client-node";

import type { ControlPlane } from "../control-plane/control-plane";
import { startControlPlane } from "../control-plane/control-plane";
import type { ServiceAccess } from "../control-plane/control-plane-flags";
import type { KeepAliveConfig } from "../control-plane/kubeconfig";
import { loadKeepAlive } from "../control-plane/kubeconfig";
import type { Kubectl } from "../control-plane/kubectl";
import { kubectlFor, applyFile } from "../control-plane/kubectl";
import {
  createDefaultServiceAccount,
  waitForServiceAccount,
  createNamespace,
} from "../control-plane/cluster-namespaces";
import type { Controllers } from "../controller/controller";
import { startControllers } from "../controller/controller";
import type { Log } from "../process/log";
import { silent } from "../process/log";
import { canBindPrivilegedPort } from "../process/network";
import { startOrStop } from "../process/start-or-stop";
import type { Binaries } from "../programs/binaries";
import { findBinaries } from "../programs/binaries";
import type { Bed, BedOptions, InstallOptions } from "./bed";

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

export type { ControlPlane } from "../control-plane/control-plane";

export type { Controllers } from "../controller/controller";

export { attachBed, connectBed } from "./external-bed";

export type { AttachOptions, ConnectOptions } from "./external-bed";

export type { Kubectl, KubectlOptions, KubectlResult } from "../control-plane/kubectl";

export { KubectlError } from "../control-plane/kubectl";

export { MissingPrerequisite } from "../process/log";

export type { Replica } from "../controller/replica";
