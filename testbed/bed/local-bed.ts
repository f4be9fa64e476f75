import type { KubeConfig } from "@kubernetes/client-node";

import type { ControlPlane } from "../control-plane/control-plane";
import { startControlPlane } from "../control-plane/control-plane";
import type { ServiceAccess } from "../control-plane/control-plane-flags";
import { bedKubeConfig } from "../control-plane/kubeconfig";
import type { Kubectl } from "../control-plane/kubectl";
import { kubectlFor, applyFile } from "../control-plane/kubectl";
import { waitForServiceAccount, createNamespace } from "../control-plane/cluster-namespaces";
import type { Controllers } from "../controller/controller";
import { startControllers } from "../controller/controller";
import type { Log } from "../process/log";
import { silent } from "../process/log";
import { canBindPrivilegedPort } from "../process/ports";
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
    this.kubeConfig = bedKubeConfig(this.kubeconfigPath);
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

  waitForServiceAccount(namespace: string, name: string): Promise<void> {
    return waitForServiceAccount(this, namespace, name);
  }

  createNamespace(name: string): Promise<void> {
    return createNamespace(this, name);
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
    await this.controlPlane.stop();
  }
}

async function chooseAccess(options: BedOptions): Promise<ServiceAccess> {
  if (options.serviceAccess) return options.serviceAccess;
  return (await canBindPrivilegedPort()) ? "bind" : "tunnel";
}

/**
 * Starts a control plane and, with `install`, the module on it. Returns when Pods can be created in
 * the namespace `default`. Any number of beds can run side by side.
 * @throws MissingPrerequisite if this machine lacks a program or permission
 * @throws Error with the last output of the program that failed; nothing is left running
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
