import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  chosenControlPlane,
  controlPlaneIsBuilt,
  controlPlanePrograms,
} from "./control-plane-programs";
import { KUBERNETES_VERSION } from "./control-plane-versions";
import { downloadedControllerManager, downloadedPrograms } from "./downloaded-programs";
import { goVersion } from "./go-build";
import type { Log } from "../process/log";
import { MissingPrerequisite } from "../process/log";

/** Absolute paths of the programs of a control plane. */
export interface Binaries {
  etcd: string;
  kubeApiserver: string;
  kubectl: string;
  /**
   * Missing if the programs come from an envtest folder, and it can neither be downloaded nor built.
   */
  kubeControllerManager?: string;
  /** Such as "v1.36.3", if known. */
  kubernetesVersion?: string;
}

const run = promisify(execFile);

const help = `a Kubernetes control plane is needed, and there is neither Go to build one nor a built one, nor could it be downloaded. Any of these helps:
  - install Go 1.26 or later (https://go.dev/dl); the first run then takes about 10 minutes on 2 cores
  - let it be downloaded: unset GMSA_OFFLINE, or name a mirror of github.com in GMSA_DOWNLOADS
  - set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kubectl, such as the one that \`setup-envtest use -p path\` prints
  - use a cluster of your own: --cluster current (the current context of your kubeconfig)`;

async function hasRecentGo(): Promise<boolean> {
  const version = await goVersion();
  return version !== undefined && (version[0] > 1 || version[1] >= 26);
}

async function versionOf(kubeApiserver: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(kubeApiserver, ["--version"]);
    return /v\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}

/** envtest does not include a controller manager. */
async function controllerManagerFor(assets: string, log: Log): Promise<string | undefined> {
  const shipped = join(assets, "kube-controller-manager");
  if (existsSync(shipped)) return shipped;
  const wanted = ["kube-controller-manager"] as const;
  if (!(await controlPlaneIsBuilt(wanted))) {
    // Only one version can be downloaded.
    const isAnyVersion = process.env[KUBERNETES_VERSION] === undefined;
    const downloaded = isAnyVersion ? await downloadedControllerManager(log) : undefined;
    if (downloaded !== undefined) return downloaded;
    if (!(await hasRecentGo())) {
      log(
        "neither a kube-controller-manager nor Go 1.26 to build one: tests that need it are skipped",
      );
      return undefined;
    }
  }
  return join(await controlPlanePrograms(wanted, log), "kube-controller-manager");
}

async function fromAssets(assets: string, log: Log): Promise<Binaries> {
  const missing = ["etcd", "kube-apiserver", "kubectl"].filter(
    name => !existsSync(join(assets, name)),
  );
  if (missing.length > 0) {
    throw new MissingPrerequisite(
      `KUBEBUILDER_ASSETS=${assets} holds no ${missing.join(", no ")}; unset it to build them with Go`,
    );
  }
  return {
    etcd: join(assets, "etcd"),
    kubeApiserver: join(assets, "kube-apiserver"),
    kubectl: join(assets, "kubectl"),
    kubeControllerManager: await controllerManagerFor(assets, log),
    kubernetesVersion: await versionOf(join(assets, "kube-apiserver")),
  };
}

/** kubectl in PATH, if it is within one minor version, which Kubernetes supports. */
async function kubectlInPath(version: string): Promise<string | undefined> {
  try {
    const { stdout } = await run("kubectl", ["version", "--client", "-o", "json"]);
    const { gitVersion } = (JSON.parse(stdout) as { clientVersion: { gitVersion: string } })
      .clientVersion;
    return Math.abs(minorOf(gitVersion) - minorOf(version)) <= 1 ? "kubectl" : undefined;
  } catch {
    return undefined;
  }
}

function minorOf(version: string): number {
  return Number(/^v1\.(\d+)\./.exec(version)?.[1]);
}

/** Builds the programs that are not in the cache. */
async function fromBuild(log: Log): Promise<Binaries> {
  const { version } = await chosenControlPlane();
  const server = ["etcd", "kube-apiserver", "kube-controller-manager"] as const;
  const own = await controlPlaneIsBuilt(["kubectl"]);
  const theirs = own ? undefined : await kubectlInPath(version);
  const wanted = theirs === undefined ? ([...server, "kubectl"] as const) : server;
  if (!(await controlPlaneIsBuilt(wanted)) && !(await goVersion())) {
    throw new MissingPrerequisite(help);
  }
  const dir = await controlPlanePrograms(wanted, log);
  return {
    etcd: join(dir, "etcd"),
    kubeApiserver: join(dir, "kube-apiserver"),
    kubectl: theirs ?? join(dir, "kubectl"),
    kubeControllerManager: join(dir, "kube-controller-manager"),
    kubernetesVersion: version,
  };
}

/** Downloaded programs exist in one version only. */
async function fromDownload(log: Log): Promise<Binaries | undefined> {
  if (process.env[KUBERNETES_VERSION] !== undefined) return undefined;
  if (await controlPlaneIsBuilt(["etcd", "kube-apiserver", "kube-controller-manager"])) {
    return undefined;
  }
  const downloaded = await downloadedPrograms(log);
  return downloaded === undefined ? undefined : fromAssets(downloaded, log);
}

/**
 * Finds the programs of a control plane: in KUBEBUILDER_ASSETS, in the cache, by download, or by
 * building them with Go into the cache.
 * @throws MissingPrerequisite if this machine cannot get them in any way
 * @throws Error if the build fails
 */
export async function findBinaries(log: Log): Promise<Binaries> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets) return fromAssets(assets, log);
  return (await fromDownload(log)) ?? (await fromBuild(log));
}
