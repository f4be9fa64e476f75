import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CoreV1Api } from "@kubernetes/client-node";
import type { Child } from "../process/child";
import { writeFiles } from "../control-plane/control-plane-flags";
import { getStatus } from "../process/https-probe";
import { bedKubeConfig } from "../control-plane/kubeconfig";
import { sleep, type Log } from "../process/log";
import { createPki, type ControlPlanePki } from "../control-plane/pki";
import { startOrStop } from "../process/start-or-stop";
import { forgetDir, watchDir } from "../process/watchdog";
import { makeCgroup, type Cgroup } from "./cgroup";
import { containerdRoot } from "./containerd";
import { linkImages, type ImageStore } from "./image-store";
import { startNamespaces, type Namespaces } from "./linux-namespaces";
import { accessNode, type NodeAccess } from "./node-access";
import { connect, type NodeNetwork } from "./node-network";
import {
  API_SERVER_PORT,
  nodeCommands,
  writeNodeFiles,
  type NodeProgram,
  type NodeSettings,
} from "./node-config";
import type { KubernetesPrograms, NodePrograms } from "./prerequisites";

/** How to start a node. */
export interface NodeOptions {
  programs: NodePrograms;
  kubernetes: KubernetesPrograms;
  images: ImageStore;
  log: Log;
  /** Path of kube-router, to enforce NetworkPolicies; otherwise they have no effect. */
  kubeRouter?: string;
  /** Keep the folder with the logs. */
  keepDir?: boolean;
}

/** Kubernetes with one node, in namespaces and cgroups of its own. */
export interface KubernetesNode extends NodeAccess {
  /** Kubeconfig of a user in system:masters; its server is reachable from outside the node. */
  readonly kubeconfigPath: string;
  readonly network: NodeNetwork;
  /** Path of its cgroup, such as "/gmsa-node-x7Yq2s". */
  readonly cgroup: string;
  /** Sends a signal to one of its programs, such as SIGSTOP to etcd; false if it is not running. */
  signalProgram(program: NodeProgram, signal: NodeJS.Signals): boolean;
  /** Stops one of its programs: SIGTERM, then SIGKILL after `graceMs`. Idempotent. */
  stopProgram(program: NodeProgram, graceMs?: number): Promise<void>;
  /** Starts the program again. Idempotent; returns before it is ready. */
  startProgram(program: NodeProgram): Promise<void>;
  /** Waits until the API server answers /readyz. */
  waitForApiServer(): Promise<void>;
  /** Kills all its processes, and removes all its files, cgroups and interfaces. Idempotent. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 180_000;

/** The parts that exist before Kubernetes starts. */
interface Ground {
  dir: string;
  cgroup: Cgroup;
  namespaces: Namespaces;
  network: NodeNetwork;
}

class NamespacedNode implements KubernetesNode {
  readonly name: string;
  readonly dir: string;
  readonly pid: number;
  readonly cgroup: string;
  readonly network: NodeNetwork;
  readonly exec: NodeAccess["exec"];
  readonly ctr: NodeAccess["ctr"];
  readonly logs: NodeAccess["logs"];
  kubeconfigPath = "";
  readonly #children = new Map<NodeProgram, Child>();
  #commands: ReadonlyMap<NodeProgram, readonly string[]> = new Map();
  #pki: ControlPlanePki | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    private readonly ground: Ground,
    private readonly options: NodeOptions,
  ) {
    const { dir, cgroup, namespaces, network } = ground;
    const access = accessNode(options.programs, { dir, pid: namespaces.pid });
    this.name = access.name;
    this.dir = dir;
    this.pid = access.pid;
    this.exec = access.exec;
    this.ctr = access.ctr;
    this.logs = access.logs;
    this.cgroup = cgroup.path;
    this.network = network;
  }

  async start(): Promise<void> {
    await this.#configure();
    linkImages(this.options.images, containerdRoot(this.dir));
    await this.startProgram("containerd");
    await this.#startKubernetes();
  }

  signalProgram(program: NodeProgram, signal: NodeJS.Signals): boolean {
    return this.#children.get(program)?.signal(signal) ?? false;
  }

  async stopProgram(program: NodeProgram, graceMs?: number): Promise<void> {
    await this.#children.get(program)?.stop(graceMs);
    this.#children.delete(program);
  }

  async startProgram(program: NodeProgram): Promise<void> {
    const command = this.#commands.get(program);
    if (this.#children.get(program)?.running || command === undefined) return;
    this.#children.set(program, await this.ground.namespaces.start(program, command));
  }

  async waitForApiServer(): Promise<void> {
    const pki = this.#pki;
    if (!pki) throw new Error("the node is not configured");
    const request = {
      host: this.network.nodeAddress,
      port: API_SERVER_PORT,
      path: "/readyz",
      ca: pki.ca.certificate,
      cert: pki.admin.certificate,
      key: pki.admin.key,
    };
    await this.#waitUntil("kube-apiserver", async () => {
      return (await getStatus(request, 2000).catch(() => 0)) === 200;
    });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await takeDown(this.ground, [...this.#children.values()]);
    if (!this.options.keepDir) rmSync(this.dir, { recursive: true, force: true });
    forgetDir(this.dir);
  }

  async #configure(): Promise<void> {
    const { dir, network } = this;
    const { images, programs, kubernetes, kubeRouter } = this.options;
    const pki = await createPki([network.apiServiceAddress, network.nodeAddress]);
    writeFiles(dir, pki);
    writeFileSync(join(dir, "pki/admin.crt"), pki.admin.certificate, { mode: 0o600 });
    writeFileSync(join(dir, "pki/admin.key"), pki.admin.key, { mode: 0o600 });
    const settings: NodeSettings = {
      ...{ dir, programs, kubernetes, network, pki, kubeRouter },
      cgroup: this.cgroup,
      snapshotter: images.snapshotter,
    };
    this.kubeconfigPath = await writeNodeFiles(settings);
    this.#commands = nodeCommands(settings);
    this.#pki = pki;
  }

  async #startKubernetes(): Promise<void> {
    await this.startProgram("etcd");
    await this.startProgram("kube-apiserver");
    await this.waitForApiServer();
    const others = ["kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet"] as const;
    await Promise.all(others.map(program => this.startProgram(program)));
    const core = bedKubeConfig(this.kubeconfigPath).makeApiClient(CoreV1Api);
    await this.#waitUntil("kubelet", async () => {
      const node = await core.readNode({ name: this.name }).catch(() => undefined);
      const conditions = node?.status?.conditions ?? [];
      return conditions.some(({ type, status }) => type === "Ready" && status === "True");
    });
    // kube-router reads the node's address only when it starts.
    await this.startProgram("kube-router");
  }

  /** Polls until it is ready; throws if a program has exited, or after a timeout. */
  async #waitUntil(program: NodeProgram, isReady: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + readyTimeoutMs;
    while (!(await isReady())) {
      const ended = [...this.#children].find(([, child]) => !child.running)?.[0];
      if (ended !== undefined) throw new Error(`${ended} ended:\n${this.logs(ended, 20)}`);
      if (Date.now() > end) throw new Error(`${program} is not ready:\n${this.logs(program, 20)}`);
      await sleep(50);
    }
  }
}

/** Ends all processes first, because they use the other resources. */
async function takeDown(ground: Partial<Ground>, children: readonly Child[]): Promise<void> {
  await ground.namespaces?.stop();
  // The processes in the namespaces have ended; these are the outer ones that waited for them.
  await Promise.all(children.map(child => child.stop(0)));
  await ground.network?.disconnect();
  await ground.cgroup?.remove();
}

async function layGround(options: NodeOptions): Promise<Ground> {
  const dir = mkdtempSync(join(tmpdir(), "gmsa-node-"));
  if (!options.keepDir) watchDir(dir);
  const made: Partial<Ground> = {};
  try {
    made.cgroup = makeCgroup(basename(dir));
    made.namespaces = await startNamespaces(options.programs, dir);
    made.network = await connect(options.programs, made.namespaces.pid);
    return { dir, ...made } as Ground;
  } catch (error) {
    await takeDown(made, []);
    if (!options.keepDir) rmSync(dir, { recursive: true, force: true });
    forgetDir(dir);
    throw error;
  }
}

/**
 * Starts Kubernetes with one node, and waits until the node is ready and has its images. Any number
 * can run side by side. They never outlive this process.
 * @throws with the last output of the program that failed; nothing is left running
 */
export async function startNode(options: NodeOptions): Promise<KubernetesNode> {
  return startOrStop(new NamespacedNode(await layGround(options), options), node => node.start());
}
