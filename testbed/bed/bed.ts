import type { KubeConfig } from "@kubernetes/client-node";

import type { ControlPlane } from "../control-plane/control-plane";
import type { ServiceAccess } from "../control-plane/control-plane-flags";
import type { Kubectl } from "../control-plane/kubectl";
import type { Controllers } from "../controller/controller";
import type { Log } from "../process/log";

/** A cluster for tests: one that the test bed started, or the user's own. */
export interface Bed {
  /** Kubeconfig of an administrator, with only this cluster. */
  readonly kubeconfigPath: string;
  /** The same for client-node, with connections that stay open until `stop`. */
  readonly kubeConfig: KubeConfig;
  /** Path or name of the kubectl that `kubectl` runs. */
  readonly kubectlProgram: string;
  /**
   * False if there is no controller manager, which creates the Pods of Deployments and empties
   * deleted namespaces.
   */
  readonly hasControllerManager: boolean;
  /** Undefined before `install`, and if the cluster's own nodes run the controller. */
  readonly controllers: Controllers | undefined;
  /** Undefined for a cluster that the test bed did not start. */
  readonly controlPlane: ControlPlane | undefined;
  /**
   * Runs kubectl against this cluster, never the user's default one; throws KubectlError on
   * failure.
   */
  readonly kubectl: Kubectl;
  /** Applies one YAML file. Retries errors that occur until new objects such as CRDs take effect. */
  apply(file: string): Promise<void>;
  /** Applies the built manifest and runs the controller until it is ready. */
  install(file: string, options?: InstallOptions): Promise<void>;
  /**
   * Runs the controller of an installation that is already applied, until it is ready. Stops a
   * controller that is already running.
   */
  runControllers(options?: InstallOptions): Promise<void>;
  waitForServiceAccount(namespace: string, name: string): Promise<void>;
  /** Creates a namespace unless it exists, and waits until Pods can be created in it. */
  createNamespace(name: string): Promise<void>;
  /** Stops all started programs and closes all connections. Idempotent. */
  stop(): Promise<void>;
}

/** How to run the controller. */
export interface InstallOptions {
  /** Number of replicas; that of the Deployment if left out. */
  replicas?: number;
  /** The only replica listens on the Service's ClusterIP itself: faster, without a proxy in between. */
  direct?: boolean;
}

/** How to start a bed. */
export interface BedOptions extends InstallOptions {
  /** Path of the YAML file to install; without one, `install` can be called later. */
  install?: string;
  log?: Log;
  /** Keep the folder with the logs. */
  keepDir?: boolean;
  /** Added to the flags of kube-apiserver. */
  apiServerFlags?: readonly string[];
  /**
   * How the API server reaches the Service; by default "bind" if port 443 is available, otherwise
   * "tunnel".
   */
  serviceAccess?: ServiceAccess;
}
