import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import type { Bed } from "../bed/bed";
import { ExternalBed } from "../bed/external-bed";
import { errorText, silent, type Log } from "../process/log";
import { findKubeRouter } from "../programs/kube-router-program";
import { target } from "../controller/pod-plan";
import { startOrStop } from "../process/start-or-stop";
import { findImageStore } from "./image-store";
import { nodeImages } from "./images";
import { accessNode, type NodeAccess, type NodeLocation } from "./node-access";
import { startNode, type KubernetesNode } from "./node";
import { findKubernetes, findNodePrograms, locateNodePrograms } from "./prerequisites";

/** How to start a bed with a node. */
export interface NodeBedOptions {
  /** Path of the YAML file to install; without one, `install` can be called later. */
  install?: string;
  log?: Log;
  /** Whether kube-router enforces NetworkPolicies; otherwise they have no effect. */
  enforcePolicies?: boolean;
  /** Keep the folder with the logs. */
  keepDir?: boolean;
}

/** A container of a Pod; by default its first one. */
export interface ContainerOf {
  namespace: string;
  pod: string;
  container?: string;
}

/** A cluster with a node that runs Pods, and access to the node. */
export interface NodeBed extends Bed {
  readonly node: NodeAccess;
  /**
   * The process id of a container's process 1 in the node's namespaces; throws if it is not
   * running.
   */
  processOf(container: ContainerOf): Promise<number>;
  /** Sends a signal to a container's process 1 from outside its namespaces. */
  signal(container: ContainerOf, signal: NodeJS.Signals): Promise<void>;
  /** Waits until every Deployment in the module's namespace is rolled out. */
  waitForRollout(): Promise<void>;
}

/** A bed with a node that this process started. */
export interface OwnNodeBed extends NodeBed {
  readonly node: KubernetesNode;
}

/** Data with which another process can use a bed with a node. */
export type SharedNodeBed = NodeLocation & Pick<Bed, "kubeconfigPath" | "kubectlProgram">;

interface NodeBedParts extends Pick<Bed, "kubeconfigPath" | "kubectlProgram"> {
  log: Log;
  cleanUp: () => Promise<void>;
}

class ClusterWithNode<Node extends NodeAccess> extends ExternalBed implements NodeBed {
  constructor(
    readonly node: Node,
    parts: NodeBedParts,
  ) {
    super({ ...parts, hasControllerManager: true, rolloutTimeoutSeconds: 120 });
  }

  override async install(file: string): Promise<void> {
    await this.apply(file);
    try {
      await this.waitForRollout();
    } catch (error) {
      const state = await this.#describe();
      throw new Error(`${errorText(error)}\n${state}`, { cause: error });
    }
  }

  async processOf({ namespace, pod, container }: ContainerOf): Promise<number> {
    const core = this.kubeConfig.makeApiClient(CoreV1Api);
    const id = containerId(await core.readNamespacedPod({ namespace, name: pod }), container);
    const { stdout } = await this.node.ctr(["tasks", "list"]);
    const line = stdout.split("\n").find(text => text.startsWith(id));
    const pid = Number(line?.trim().split(/\s+/)[1]);
    if (!Number.isInteger(pid)) throw new Error(`no process of Pod ${namespace}/${pod} runs`);
    return pid;
  }

  async signal(container: ContainerOf, signal: NodeJS.Signals): Promise<void> {
    const pid = await this.processOf(container);
    await this.node.exec(["kill", "-s", signal.slice("SIG".length), String(pid)]);
  }

  /** Diagnostics for Pods that do not become ready. */
  async #describe(): Promise<string> {
    const namespace = ["-n", target.namespace];
    const commands = [
      ["get", "pods", ...namespace, "-o", "wide"],
      ["get", "events", ...namespace, "--sort-by=.lastTimestamp"],
      ["logs", ...namespace, `deployment/${target.name}`, "--all-pods", "--tail=20"],
    ];
    const results = await Promise.all(
      commands.map(command => this.kubectl(command, { allowFailure: true })),
    );
    return results.map(({ stdout, stderr }) => `${stdout}${stderr}`).join("\n");
  }
}

function containerId({ metadata, spec, status }: V1Pod, container: string | undefined): string {
  const name = container ?? spec?.containers[0]?.name;
  const found = (status?.containerStatuses ?? []).find(item => item.name === name);
  const id = found?.containerID?.replace(/^.*:\/\//, "");
  if (!id)
    throw new Error(`container ${String(name)} of Pod ${String(metadata?.name)} has not run`);
  return id;
}

/**
 * Starts Kubernetes with a real node and, with `install`, the module on it. Returns when Pods can
 * be created in the namespace `default`. Any number can run side by side.
 * @throws MissingPrerequisite if this machine lacks a program or permission
 * @throws Error with the last output of the program that failed; nothing is left running
 */
export async function startNodeBed(options: NodeBedOptions = {}): Promise<OwnNodeBed> {
  const log = options.log ?? silent;
  const programs = await findNodePrograms();
  const kubernetes = await findKubernetes(log);
  const images = await findImageStore(programs, await nodeImages(programs), log);
  const kubeRouter = options.enforcePolicies === true ? await findKubeRouter(log) : undefined;
  const { keepDir } = options;
  const node = await startNode({ programs, kubernetes, images, log, kubeRouter, keepDir });
  const cluster = new ClusterWithNode(node, {
    kubeconfigPath: node.kubeconfigPath,
    kubectlProgram: kubernetes.kubectl,
    log,
    cleanUp: () => node.stop(),
  });
  return startOrStop(cluster, async bed => {
    log(`Kubernetes ${kubernetes.version} with a node runs in ${node.dir}`);
    log(`inside of the node: nsenter --target=${node.pid} --net --mount --pid`);
    await bed.waitForServiceAccount("default", "default");
    if (options.install) await bed.install(options.install);
  });
}

/** Uses a bed with a node that another process started and will stop. */
export function attachNodeBed(shared: SharedNodeBed): NodeBed {
  const node = accessNode(locateNodePrograms(), shared);
  return new ClusterWithNode(node, {
    ...shared,
    log: silent,
    cleanUp: () => Promise.resolve(),
  });
}
