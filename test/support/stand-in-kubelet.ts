/**
 * Acts as scheduler and kubelets on a control plane that has neither: Pods get a node and a status,
 * and a function answers commands sent by exec. No container runs.
 */
import { CoreV1Api } from "@kubernetes/client-node";
import type {
  KubeConfig,
  V1ContainerStatus,
  V1Node,
  V1NodeCondition,
  V1Pod,
} from "@kubernetes/client-node";
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { createServingPair } from "../../testbed/control-plane/pki";
import { serveExec, type ExecAnswer } from "./spdy-exec";

/** A command in a container of a Pod. */
export interface Execution {
  pod: string;
  container: string;
  command: readonly string[];
}

/** A state of a Pod's containers other than running. */
export interface Trouble {
  waiting: string;
  message?: string;
  /** Reason and message of a Warning event. */
  event?: { reason: string; message: string };
}

/** How the Pods behave. */
export interface Behaviour {
  /** Undefined for a Pod without problems. */
  troubleOf: (pod: string) => Trouble | undefined;
  answer: (execution: Execution) => ExecAnswer | Promise<ExecAnswer>;
}

/** A digest in the form that container runtimes report. */
export const DIGEST = `core@sha256:${"0".repeat(64)}`;

const TICK_MS = 50;
/** Milliseconds between heartbeats of a node, without which Kubernetes marks it as not ready. */
const HEARTBEAT_MS = 5000;

export class StandInKubelet {
  readonly #core: CoreV1Api;
  readonly #restarts = new Map<string, number>();
  readonly #told = new Set<string>();
  readonly #nodes: string[] = [];
  #isStopped = false;
  #playing: Promise<void> | undefined;
  #lastHeartbeat = 0;

  private constructor(
    kubeConfig: KubeConfig,
    private readonly namespace: string,
    private readonly behaviour: Behaviour,
    private readonly server: Server,
  ) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
  }

  /** @param namespace the only namespace whose Pods it handles. */
  static async start(
    kubeConfig: KubeConfig,
    namespace: string,
    behaviour: Behaviour,
  ): Promise<StandInKubelet> {
    const { certificate: cert, key } = await createServingPair(["stand-in"]);
    const server = createServer({ cert, key });
    const kubelet = new StandInKubelet(kubeConfig, namespace, behaviour, server);
    server.on("upgrade", (request, socket) => {
      serveExec(request, socket, () => kubelet.#execute(request.url ?? ""));
    });
    await new Promise<void>(listening => server.listen(0, "127.0.0.1", listening));
    kubelet.#playing = kubelet.#play();
    return kubelet;
  }

  /** Registers a node and acts as its kubelet. */
  async addNode(node: V1Node): Promise<void> {
    const { port: Port } = this.server.address() as AddressInfo;
    const addresses = [{ type: "InternalIP", address: "127.0.0.1" }];
    const daemonEndpoints = { kubeletEndpoint: { Port } };
    const conditions = [readyNow()];
    node.status = Object.assign({}, node.status, { addresses, daemonEndpoints, conditions });
    const name = node.metadata?.name ?? "";
    await this.#core.createNode({ body: node });
    this.#nodes.push(name);
  }

  /** Stops it and removes its nodes. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#playing;
    await Promise.all(this.#nodes.map(name => this.#core.deleteNode({ name })));
    this.server.closeAllConnections();
    await new Promise(closed => this.server.close(closed));
  }

  /** `/exec/NAMESPACE/POD/CONTAINER?command=...` */
  async #execute(url: string): Promise<ExecAnswer> {
    const { pathname, searchParams } = new URL(url, "https://kubelet");
    const [, , , pod = "", container = ""] = pathname.split("/");
    const command = searchParams.getAll("command");
    if (command[0] === "taskkill") {
      this.#restarts.set(pod, (this.#restarts.get(pod) ?? 0) + 1);
      return { exitCode: 137 };
    }
    return this.behaviour.answer({ pod, container, command });
  }

  async #play(): Promise<void> {
    while (!this.#isStopped) {
      if (Date.now() - this.#lastHeartbeat > HEARTBEAT_MS) {
        this.#lastHeartbeat = Date.now();
        await Promise.all(this.#nodes.map(name => this.#beat(name)));
      }
      const { items } = await this.#core.listNamespacedPod({ namespace: this.namespace });
      await Promise.all(items.map(pod => this.#lookAfter(pod).catch(ofAnotherTime)));
      await sleep(TICK_MS);
    }
  }

  async #beat(name: string): Promise<void> {
    const node = await this.#core.readNode({ name });
    node.status ??= {};
    node.status.conditions = [readyNow()];
    await this.#core.replaceNodeStatus({ name, body: node }).catch(ofAnotherTime);
  }

  async #lookAfter(pod: V1Pod): Promise<void> {
    const { name = "", deletionTimestamp } = pod.metadata ?? {};
    const { namespace } = this;
    if (deletionTimestamp !== undefined) {
      await this.#core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 });
    } else if ((pod.spec?.nodeName ?? "") === "") {
      await this.#schedule(pod);
    } else {
      await this.#report(pod);
    }
  }

  async #schedule({ metadata, spec }: V1Pod): Promise<void> {
    const { name = "" } = metadata ?? {};
    const { items } = await this.#core.listNode();
    const wanted = Object.entries(spec?.nodeSelector ?? {});
    const node = items.find(
      each =>
        this.#nodes.includes(each.metadata?.name ?? "") &&
        wanted.every(([key, value]) => each.metadata?.labels?.[key] === value),
    );
    if (node === undefined) return;
    const target = { kind: "Node", name: node.metadata?.name ?? "" };
    const body = { metadata: { name }, target };
    await this.#core.createNamespacedPodBinding({ namespace: this.namespace, name, body });
  }

  /** Writes the status unless it is already correct. */
  async #report(pod: V1Pod): Promise<void> {
    const { namespace } = this;
    const { name = "", uid = "" } = pod.metadata ?? {};
    const trouble = this.behaviour.troubleOf(name);
    const restarts = this.#restarts.get(name) ?? 0;
    const state = JSON.stringify([uid, restarts, trouble, pod.spec?.ephemeralContainers?.length]);
    if (this.#told.has(state)) return;
    pod.status = statusOf(pod, restarts, trouble);
    await this.#core.replaceNamespacedPodStatus({ namespace, name, body: pod });
    this.#told.add(state);
    if (trouble?.event !== undefined) await this.#tell(pod, trouble.event);
  }

  async #tell(
    { metadata }: V1Pod,
    { reason, message }: NonNullable<Trouble["event"]>,
  ): Promise<void> {
    const { name = "", uid = "" } = metadata ?? {};
    const { namespace } = this;
    await this.#core.createNamespacedEvent({
      namespace,
      body: {
        metadata: { generateName: "stand-in-", namespace },
        involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
        ...{ type: "Warning", reason, message, lastTimestamp: new Date() },
      },
    });
  }
}

function readyNow(): V1NodeCondition {
  const now = new Date();
  return {
    ...{ type: "Ready", status: "True", reason: "StandIn", message: "" },
    ...{ lastHeartbeatTime: now, lastTransitionTime: now },
  };
}

/**
 * Init containers keep running so that they accept commands; the containers after them wait for
 * their end.
 */
function statusOf(pod: V1Pod, restartCount: number, trouble?: Trouble): V1Pod["status"] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const stateOf = (waits: boolean): V1ContainerStatus["state"] => {
    if (trouble !== undefined) {
      const { waiting: reason, message = "" } = trouble;
      return { waiting: { reason, message } };
    }
    return waits
      ? { waiting: { reason: "PodInitializing" } }
      : { running: { startedAt: new Date() } };
  };
  const statuses = (
    those: readonly { name: string; image?: string }[],
    waits = false,
  ): V1ContainerStatus[] =>
    those.map(({ name, image = "" }) => ({
      ...{ name, image, imageID: DIGEST, restartCount },
      ...{ ready: !waits && trouble === undefined, state: stateOf(waits) ?? {} },
    }));
  return {
    phase: trouble === undefined && initContainers.length === 0 ? "Running" : "Pending",
    conditions: [{ type: "PodScheduled", status: "True" }],
    containerStatuses: statuses(containers, initContainers.length > 0),
    initContainerStatuses: statuses(initContainers),
    ephemeralContainerStatuses: statuses(ephemeralContainers),
  };
}

/**
 * Ignores conflicts and missing objects: the object changed after it was read, so the next round
 * handles it.
 */
function ofAnotherTime(error: unknown): void {
  const { code } = error as { code?: number };
  if (code !== 404 && code !== 409) throw error;
}
