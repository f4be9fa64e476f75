import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Binaries } from "../programs/binaries";
import { startChild, type Child } from "../process/child";
import {
  apiServerFlags,
  controllerManagerFlags,
  etcdFlags,
  pathsIn,
  writeFiles,
  type ApiServerSettings,
  type Ports,
  type ServiceAccess,
} from "./control-plane-flags";
import { getStatus } from "../process/https-probe";
import { writeKubeconfig } from "./kubeconfig";
import { sleep, type Log } from "../process/log";
import { freePort, reserveLoopbackRange, type LoopbackRange } from "../process/ports";
import { createPki, type ControlPlanePki } from "./pki";
import { startOrStop } from "../process/start-or-stop";
import { forgetDir, watchDir } from "../process/watchdog";

/** How to start a control plane. */
export interface ControlPlaneOptions {
  binaries: Binaries;
  serviceAccess: ServiceAccess;
  log: Log;
  /** Folder for its state; by default a new temporary folder. */
  dir?: string;
  /** Keep the folder with its logs. */
  keepDir?: boolean;
  /** Default true: it is faster, and the data is discarded anyway. */
  etcdUnsafeNoFsync?: boolean;
  /** Added to the flags of kube-apiserver. */
  apiServerFlags?: readonly string[];
}

/** A running etcd, kube-apiserver and, if available, kube-controller-manager. */
export interface ControlPlane {
  /** Holds its state, keys and logs; removed by `stop`. */
  readonly dir: string;
  /** Kubeconfig of a user in system:masters. */
  readonly kubeconfigPath: string;
  /** Port of the API server on 127.0.0.1. */
  readonly apiServerPort: number;
  /** PEM. */
  readonly ca: string;
  readonly serviceAccess: ServiceAccess;
  /** Unix socket on which the API server expects an HTTP CONNECT proxy, in "tunnel" mode. */
  readonly tunnelSocket: string;
  readonly range: LoopbackRange;
  readonly hasControllerManager: boolean;
  /** Stops only the API server: SIGTERM, then SIGKILL after `graceMs` milliseconds. Idempotent. */
  stopApiServer(graceMs?: number): Promise<void>;
  /** Starts it again with the same port and data, and waits until it is ready. Idempotent. */
  startApiServer(): Promise<void>;
  restartApiServer(): Promise<void>;
  /** Sends a signal to etcd, such as SIGSTOP to make it hang; false if it is not running. */
  signalEtcd(signal: NodeJS.Signals): boolean;
  /** Stops everything and removes the folder. Idempotent. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 90_000;

class LocalControlPlane implements ControlPlane {
  readonly kubeconfigPath: string;
  readonly apiServerPort: number;
  readonly ca: string;
  readonly serviceAccess: ServiceAccess;
  readonly tunnelSocket: string;
  readonly hasControllerManager: boolean;
  #etcd: Child | undefined;
  #apiServer: Child | undefined;
  #manager: Child | undefined;

  constructor(
    readonly dir: string,
    readonly range: LoopbackRange,
    private readonly parts: { options: ControlPlaneOptions; pki: ControlPlanePki; ports: Ports },
  ) {
    const paths = pathsIn(dir);
    this.kubeconfigPath = paths.adminKubeconfig;
    this.apiServerPort = parts.ports.apiServer;
    this.ca = parts.pki.ca.certificate;
    this.serviceAccess = parts.options.serviceAccess;
    this.tunnelSocket = paths.tunnelSocket;
    this.hasControllerManager = parts.options.binaries.kubeControllerManager !== undefined;
  }

  async start(): Promise<void> {
    const { options, pki, ports } = this.parts;
    const paths = pathsIn(this.dir);
    writeFiles(this.dir, pki);
    const server = `https://127.0.0.1:${this.apiServerPort}`;
    writeKubeconfig(paths.adminKubeconfig, { server, ca: this.ca, credentials: pki.admin });
    writeKubeconfig(paths.managerKubeconfig, {
      server,
      ca: this.ca,
      credentials: pki.controllerManager,
    });
    const noFsync = options.etcdUnsafeNoFsync ?? true;
    this.#etcd = await this.#run(
      "etcd",
      options.binaries.etcd,
      etcdFlags(this.dir, ports, noFsync),
    );
    await this.startApiServer();
    await this.#startManager();
  }

  async startApiServer(): Promise<void> {
    if (this.#apiServer?.running) return;
    const { options, ports } = this.parts;
    const settings: ApiServerSettings = {
      serviceCidr: this.range.serviceCidr,
      serviceAccess: options.serviceAccess,
      extraFlags: options.apiServerFlags ?? [],
    };
    const flags = apiServerFlags(this.dir, ports, settings);
    this.#apiServer = await this.#run("kube-apiserver", options.binaries.kubeApiserver, flags);
    await this.#waitFor(this.#apiServer, "/readyz");
    // It exits if it cannot reach the API server while its controllers start.
    if (this.#manager && !this.#manager.running) await this.#startManager();
  }

  async stopApiServer(graceMs?: number): Promise<void> {
    await this.#apiServer?.stop(graceMs);
    this.#apiServer = undefined;
  }

  signalEtcd(signal: NodeJS.Signals): boolean {
    return this.#etcd?.signal(signal) ?? false;
  }

  async restartApiServer(): Promise<void> {
    await this.stopApiServer();
    await this.startApiServer();
  }

  /** The order matters: an API server hangs if its etcd stops first. */
  async stop(): Promise<void> {
    await this.#manager?.stop();
    await this.stopApiServer();
    await this.#etcd?.stop();
    await this.range.release();
    if (!this.parts.options.keepDir) rmSync(this.dir, { recursive: true, force: true });
    forgetDir(this.dir);
  }

  async #startManager(): Promise<void> {
    const { options, ports } = this.parts;
    const command = options.binaries.kubeControllerManager;
    if (!command) return;
    const flags = controllerManagerFlags(this.dir, ports);
    this.#manager = await this.#run("kube-controller-manager", command, flags);
    // Its /healthz succeeds before its controllers run, so wait for the result of one of the last
    // ones.
    await this.#waitFor(this.#manager, "/api/v1/namespaces/default/serviceaccounts/default");
  }

  #run(name: string, command: string, args: readonly string[]): Promise<Child> {
    const logFile = join(this.dir, `${name}.log`);
    return startChild({ name, command, args, logFile, cwd: this.dir, env: {} });
  }

  /** Waits until the API server answers `path` with 200; throws if `child` or etcd has exited. */
  async #waitFor(child: Child, path: string): Promise<void> {
    const { pki } = this.parts;
    const target = {
      host: "127.0.0.1",
      port: this.apiServerPort,
      path,
      ca: this.ca,
      cert: pki.admin.certificate,
      key: pki.admin.key,
    };
    const end = Date.now() + readyTimeoutMs;
    while (Date.now() < end) {
      for (const needed of [this.#etcd, child]) {
        if (!needed || needed.running) continue;
        throw new Error(`${needed.name} ended, its last output:\n${needed.tail()}`);
      }
      const status = await getStatus(target, 2000).catch(() => 0);
      if (status === 200 && child.running) return;
      await sleep(50);
    }
    throw new Error(
      `${child.name} is not ready after ${readyTimeoutMs / 1000} s:\n${child.tail()}`,
    );
  }
}

function makeDir(options: ControlPlaneOptions): string {
  if (options.dir) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(options.dir, "cp-"));
  }
  return mkdtempSync(join(tmpdir(), "gmsa-bed-"));
}

async function choosePorts(): Promise<Ports> {
  const ports = new Set<number>();
  while (ports.size < 4) ports.add(await freePort());
  const [etcdClient = 0, etcdPeer = 0, apiServer = 0, controllerManager = 0] = ports;
  return { etcdClient, etcdPeer, apiServer, controllerManager };
}

async function attempt(options: ControlPlaneOptions): Promise<ControlPlane> {
  const range = await reserveLoopbackRange();
  const pki = await createPki([range.apiServiceAddress]);
  const ports = await choosePorts();
  const dir = makeDir(options);
  if (!options.keepDir) watchDir(dir);
  const parts = { options, pki, ports };
  return startOrStop(new LocalControlPlane(dir, range, parts), controlPlane =>
    controlPlane.start(),
  );
}

/**
 * Starts a control plane on loopback addresses and waits until it is ready. Any number can run side
 * by side. They never outlive this process.
 * @throws with the last output of the program that failed; nothing is left running
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(options);
    } catch (error) {
      // Another process took a port between the check and the start of the program.
      const portTaken = String(error).includes("address already in use");
      if (!portTaken || tries === 3) throw error;
      options.log("a port was taken in the meantime, starting again with other ports");
    }
  }
}
