import type { KubeConfig } from "@kubernetes/client-node";

import type { ControlPlane } from "../control-plane/control-plane";
import type { ServiceAccess } from "../control-plane/control-plane-flags";
import type { Kubectl } from "../control-plane/kubectl";
import type { Controllers } from "../controller/controller";
import type { Log } from "../process/log";

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
