import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Bed } from "./bed";
import { bedKubeConfig } from "../control-plane/kubeconfig";
import { applyFile, kubectlFor, type Kubectl } from "../control-plane/kubectl";
import { errorText, silent, type Log, MissingPrerequisite } from "../process/log";
import { createNamespace, waitForServiceAccount } from "../control-plane/cluster-namespaces";
import { target } from "../controller/pod-plan";
import { startOrStop } from "../process/start-or-stop";
import { forgetDir, watchDir } from "../process/watchdog";

/** Which of the user's clusters to test on. The user always names it; it is never guessed. */
export interface ConnectOptions {
  /** The current context of the user's kubeconfig, or that of the k3d cluster. */
  cluster: "current" | "k3d";
  /** Path of the YAML file to install. */
  install?: string;
  /** Seconds that the Deployment may take to become available; default 180. */
  rolloutTimeoutSeconds?: number;
  log?: Log;
}

/** A bed that another process started, in terms of that process. */
export interface AttachOptions {
  kubeconfigPath: string;
  /** Path or name of kubectl; by default the one in PATH. */
  kubectlProgram?: string;
  /** Default true. */
  hasControllerManager?: boolean;
}

const run = promisify(execFile);

/** Data that a bed needs about a cluster that is not its own. */
export interface ExternalBedParts {
  kubeconfigPath: string;
  kubectlProgram: string;
  hasControllerManager: boolean;
  rolloutTimeoutSeconds: number;
  log: Log;
  /** Called by `stop`. */
  cleanUp: () => void | Promise<void>;
}

/** A cluster whose nodes, if it has any, run the controller themselves. */
export class ExternalBed implements Bed {
  readonly controllers = undefined;
  readonly controlPlane = undefined;
  readonly kubeconfigPath: string;
  readonly kubectlProgram: string;
  readonly hasControllerManager: boolean;
  readonly kubeConfig: KubeConfig;
  readonly kubectl: Kubectl;

  constructor(protected readonly parts: ExternalBedParts) {
    this.kubeconfigPath = parts.kubeconfigPath;
    this.kubectlProgram = parts.kubectlProgram;
    this.hasControllerManager = parts.hasControllerManager;
    this.kubeConfig = bedKubeConfig(this.kubeconfigPath);
    // Its kubeconfig may run a credential plugin that needs the user's environment.
    this.kubectl = kubectlFor(this.kubectlProgram, this.kubeconfigPath, process.env);
  }

  apply(file: string): Promise<void> {
    return applyFile(this.kubectl, file, this.parts.log);
  }

  async install(file: string): Promise<void> {
    await this.apply(file);
    await this.runControllers();
  }

  /** The cluster's own nodes run the controller. */
  async runControllers(): Promise<void> {
    await this.waitForRollout();
  }

  /** Waits until every Deployment in the module's namespace is rolled out. */
  async waitForRollout(): Promise<void> {
    const namespace = ["-n", target.namespace];
    const { stdout } = await this.kubectl(["get", "deployments", ...namespace, "-o", "name"]);
    const timeout = `--timeout=${this.parts.rolloutTimeoutSeconds}s`;
    for (const name of stdout.trim().split("\n")) {
      await this.kubectl(["rollout", "status", ...namespace, name, timeout]);
    }
  }

  waitForServiceAccount(namespace: string, name: string): Promise<void> {
    return waitForServiceAccount(this, namespace, name);
  }

  createNamespace(name: string): Promise<void> {
    return createNamespace(this, name);
  }

  async stop(): Promise<void> {
    await this.parts.cleanUp();
  }
}

async function kubectlOutput(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("kubectl", args);
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new MissingPrerequisite("kubectl is needed in PATH to use your own cluster");
    }
    throw new MissingPrerequisite(errorText(error));
  }
}

/** Pepr names its development cluster `pepr-dev`; any other is used if it is the only one. */
async function k3dContext(): Promise<string> {
  const contexts = (await kubectlOutput(["config", "get-contexts", "-o", "name"])).split("\n");
  const k3d = contexts.filter(name => name.startsWith("k3d-"));
  const [first] = k3d;
  if (k3d.includes("k3d-pepr-dev")) return "k3d-pepr-dev";
  if (k3d.length === 1 && first) return first;
  const found = k3d.length === 0 ? "no context" : k3d.join(", ");
  throw new MissingPrerequisite(
    `a context k3d-pepr-dev, or exactly one k3d-*, is needed in your kubeconfig; there is ${found}`,
  );
}

/**
 * Uses one of the user's clusters. Copies its kubeconfig, so that later context changes have no
 * effect. The installation stays when the bed is stopped.
 * @throws MissingPrerequisite if kubectl or the context does not exist
 */
export async function connectBed(options: ConnectOptions): Promise<Bed> {
  const context =
    options.cluster === "k3d"
      ? await k3dContext()
      : (await kubectlOutput(["config", "current-context"])).trim();
  const view = ["config", "view", "--minify", "--flatten", `--context=${context}`];
  const content = await kubectlOutput(view);
  const dir = mkdtempSync(join(tmpdir(), "gmsa-bed-"));
  watchDir(dir);
  const kubeconfigPath = join(dir, "kubeconfig");
  writeFileSync(kubeconfigPath, content, { mode: 0o600 });
  const log = options.log ?? silent;
  log(`using the cluster of the context ${context}`);
  const external = new ExternalBed({
    kubeconfigPath,
    kubectlProgram: "kubectl",
    hasControllerManager: true,
    rolloutTimeoutSeconds: options.rolloutTimeoutSeconds ?? 180,
    log,
    cleanUp: () => {
      rmSync(dir, { recursive: true, force: true });
      forgetDir(dir);
    },
  });
  return startOrStop(external, async bed => {
    if (options.install) await bed.install(options.install);
  });
}

/** Uses a bed that another process started and will stop; its processes are unknown here. */
export function attachBed(options: AttachOptions): Bed {
  return new ExternalBed({
    kubeconfigPath: options.kubeconfigPath,
    kubectlProgram: options.kubectlProgram ?? "kubectl",
    hasControllerManager: options.hasControllerManager ?? true,
    rolloutTimeoutSeconds: 180,
    log: silent,
    cleanUp: () => undefined,
  });
}
