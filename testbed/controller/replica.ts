import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { startChild, tailOf, type Child } from "../process/child";
import { sleep } from "../process/log";
import type { Address } from "../process/ports";
import { mountFiles, writeFiles } from "./secret-volume";
import type { ContainerPlan, Files, PodPlan } from "./pod-plan";
import { target } from "./pod-plan";
import { Readiness } from "./readiness-probe";

/** A controller process that acts as a Pod, with its init containers and restarts. */
export interface Replica {
  /** Where it serves HTTPS, instead of the Pod's port 3000. */
  readonly address: Address;
  /** Id of the process and its group; undefined between an exit and the restart. */
  readonly pid: number | undefined;
  /** Whether its readiness probe succeeds; always true without a probe. */
  readonly isReady: boolean;
  /** Number of restarts of the process, like a Pod's restartCount. */
  readonly restarts: number;
  /** Output of the replica and its init containers so far; still available after `stop`. */
  logs(): string;
  /** Waits until it is ready; throws with its last output after `timeoutMs`, default 60 s. */
  ready(timeoutMs?: number): Promise<void>;
  /** Sends a signal to the whole process group; false if none is running. It restarts after SIGKILL. */
  kill(signal: NodeJS.Signals): boolean;
  /** Bytes in use after it has collected all garbage. @throws if it does not answer in time. */
  heapBytes(timeoutMs?: number): Promise<number>;
  /**
   * Removes it from the Service and ends it as the kubelet does: preStop, SIGTERM, then SIGKILL at
   * the end of its grace period. Removes its folder. Idempotent.
   */
  end(): Promise<void>;
  /** Ends it with SIGKILL at once, and removes its folder. Idempotent. */
  stop(): Promise<void>;
  /** Updates the folders that mount a Secret with its current contents, as the kubelet does. */
  updateSecret(secretName: string, files: Files): void;
}

/** Everything that a replica needs. */
export interface ReplicaSpec {
  pod: PodPlan;
  address: Address;
  /** Its own folder, which it creates and removes. */
  dir: string;
  /** ServiceAccount token. */
  token: string;
  /** CA of the API server, PEM. */
  ca: string;
  apiServer: Address;
  /** Called when it becomes ready or stops being ready. */
  onChange: () => void;
}

const repository = resolve(__dirname, "../..");
const preload = join(__dirname, "preload.cjs");
const serviceAccountDir = "/var/run/secrets/kubernetes.io/serviceaccount";
const image = "/app/node_modules/";

/** Milliseconds before the next restart, as the kubelet does but with a lower maximum. */
function backOffMs(failures: number): number {
  return Math.min(10_000, 1000 * 2 ** failures);
}

/** Creates the container's file system in `root`. */
function layOut(root: string, spec: ReplicaSpec): void {
  for (const mount of spec.pod.mounts) mountFiles(join(root, mount.path), mount.files);
  const { token, ca } = spec;
  writeFiles(join(root, serviceAccountDir), { token, "ca.crt": ca, namespace: target.namespace });
  mkdirSync(join(root, "app"), { recursive: true, mode: 0o700 });
  symlinkSync(join(repository, "node_modules"), join(root, "app/node_modules"));
}

function quoted(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

class ProcessReplica implements Replica {
  restarts = 0;
  readonly #root: string;
  readonly #logFile: string;
  readonly #readiness: Readiness | undefined;
  readonly #loop: Promise<void>;
  #child: Child | undefined;
  #stopping = false;
  #wake: () => void = () => undefined;
  #finalLogs: string | undefined;

  constructor(private readonly spec: ReplicaSpec) {
    mkdirSync(spec.dir, { recursive: true, mode: 0o700 });
    this.#root = join(spec.dir, "root");
    this.#logFile = join(spec.dir, "output.log");
    layOut(this.#root, spec);
    const path = spec.pod.readinessPath;
    this.#readiness = path ? new Readiness({ ...spec.address, path }, spec.onChange) : undefined;
    this.#loop = this.#run();
  }

  get address(): Address {
    return this.spec.address;
  }

  get pid(): number | undefined {
    return this.#child?.running ? this.#child.pid : undefined;
  }

  get isReady(): boolean {
    return this.#readiness?.ready ?? true;
  }

  reportRefused(): void {
    this.#readiness?.reportRefused();
  }

  logs(): string {
    return this.#finalLogs ?? readFileSync(this.#logFile, { encoding: "utf8", flag: "a+" });
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!this.isReady) {
      if (this.#stopping) throw new Error("the replica is stopped");
      if (Date.now() > end) {
        const output = tailOf(this.#logFile);
        throw new Error(`replica not ready after ${timeoutMs / 1000} s, its output:\n${output}`);
      }
      await sleep(25);
    }
  }

  kill(signal: NodeJS.Signals): boolean {
    // The exit is noticed a moment later; until then it must not count as ready.
    if (signal === "SIGKILL") this.#readiness?.reportRefused();
    return this.#child?.signal(signal) ?? false;
  }

  async heapBytes(timeoutMs = 10_000): Promise<number> {
    const file = join(this.#root, "heap");
    rmSync(file, { force: true });
    this.#child?.signal("SIGUSR2");
    const end = Date.now() + timeoutMs;
    while (!existsSync(file)) {
      if (Date.now() > end) throw new Error(`no heap is reported within ${timeoutMs / 1000} s`);
      await sleep(25);
    }
    return Number(readFileSync(file, "utf8"));
  }

  async end(): Promise<void> {
    const { preStopMs, gracePeriodMs } = this.spec.pod;
    await this.#stop(preStopMs, gracePeriodMs - preStopMs);
  }

  async stop(): Promise<void> {
    await this.#stop(0, 0);
  }

  updateSecret(secretName: string, files: Files): void {
    if (this.#stopping) return;
    for (const mount of this.spec.pod.mounts) {
      if (mount.secretName === secretName) mountFiles(join(this.#root, mount.path), files);
    }
  }

  async #stop(preStopMs: number, graceMs: number): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#readiness?.stop();
      this.#wake();
      await sleep(preStopMs);
      await this.#child?.stop(graceMs);
    }
    await this.#loop;
    this.#finalLogs ??= this.logs();
    rmSync(this.spec.dir, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    for (const container of this.spec.pod.initContainers) {
      await this.#repeat(container, outcome => outcome === "exit code 0");
    }
    await this.#repeat(this.spec.pod.container, () => false);
  }

  /** Runs a container repeatedly until it is `done` or the replica is stopped. */
  async #repeat(container: ContainerPlan, done: (outcome: string) => boolean): Promise<void> {
    for (let failures = 0; !this.#stopping; failures++) {
      const start = Date.now();
      const outcome = await this.#runOnce(container);
      if (done(outcome)) return;
      // The container ran well for a while, so the next failure is a new one.
      if (Date.now() - start > 10_000) failures = 0;
      await this.#pause(backOffMs(failures));
      this.restarts++;
    }
  }

  async #runOnce(container: ContainerPlan): Promise<string> {
    const [program = "node", ...args] = container.command;
    const child = await startChild({
      name: container.name,
      command: program === "node" ? process.execPath : program,
      args: args.map(arg => this.#inFolder(arg)),
      cwd: this.#root,
      env: this.#environment(container),
      logFile: this.#logFile,
    });
    this.#child = child;
    // `stop` may have been called during the start.
    if (this.#stopping) await child.stop();
    const outcome = await child.exited;
    // The exit itself shows that it is not ready.
    this.#readiness?.reportRefused();
    return outcome;
  }

  /** Maps image paths to the replica's folder; the preload handles all other paths. */
  #inFolder(arg: string): string {
    return arg
      .replace(image, `${repository}/node_modules/`)
      .replace('"/app/module.js"', quoted(join(this.#root, "app/module.js")));
  }

  #environment(container: ContainerPlan): NodeJS.ProcessEnv {
    const { pod, address, apiServer } = this.spec;
    const options = container.env.NODE_OPTIONS;
    const paths = [...pod.mounts.map(mount => mount.path), serviceAccountDir];
    return {
      PATH: process.env.PATH,
      // Without a kubeconfig in HOME, clients use the in-cluster configuration.
      HOME: this.#root,
      KUBERNETES_SERVICE_HOST: apiServer.host,
      KUBERNETES_SERVICE_PORT: String(apiServer.port),
      ...container.env,
      NODE_OPTIONS: `${options ? `${options} ` : ""}--require ${quoted(preload)}`,
      GMSA_BED_ROOT: this.#root,
      GMSA_BED_MOUNTS: JSON.stringify(paths),
      GMSA_BED_LISTEN: `${address.host}:${address.port}`,
    };
  }

  /** Waits, but ends early on `stop`. */
  #pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopping) this.#wake();
    });
  }
}

/** The part of a replica that the Service uses. */
export type ServedReplica = Replica & { reportRefused(): void };

/** Starts a replica without waiting until it is ready. */
export function startReplica(spec: ReplicaSpec): ServedReplica {
  return new ProcessReplica(spec);
}
