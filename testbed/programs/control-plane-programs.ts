import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { areBuilt, builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";
import { KUBERNETES_VERSION, versionModule } from "./control-plane-versions";

/** Folder of the module's go.mod and go.sum. */
export const controlPlaneModule = resolve(__dirname, "control-plane");

const packages = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy",
  "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
  kubelet: "k8s.io/kubernetes/cmd/kubelet",
} as const;

/** A program of the control plane. */
export type Program = keyof typeof packages;

/**
 * The Kubernetes version in go.mod, such as "v1.36.3".
 * @throws if go.mod does not have one
 */
export function kubernetesVersion(): string {
  const text = readFileSync(join(controlPlaneModule, "go.mod"), "utf8");
  const version = /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/m.exec(text)?.[1];
  if (!version)
    throw new Error("testbed/programs/control-plane/go.mod requires no k8s.io/kubernetes");
  return version;
}

/** Without these the server reports version v0.0.0, which clients take for a very old one. */
function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split(".");
  const variable = "-X k8s.io/component-base/version";
  return `-s -w ${variable}.gitVersion=${version} ${variable}.gitMajor=${major ?? ""} ${variable}.gitMinor=${minor ?? ""}`;
}

/** The requested Kubernetes version or, by default, the one in go.mod. */
export async function chosenControlPlane(): Promise<{
  version: string;
  module: GoModule<Program>;
}> {
  const chosen = process.env[KUBERNETES_VERSION];
  const version = chosen ?? kubernetesVersion();
  const source =
    chosen === undefined
      ? { dir: controlPlaneModule }
      : { dir: await versionModule(chosen), mod: "mod" as const, key: chosen };
  return {
    version,
    module: {
      ...source,
      name: "control-plane",
      packages,
      linkerFlags: linkerFlags(version),
      takes: "about 10 minutes on 2 cores",
    },
  };
}

/**
 * Returns the folder with these programs, and builds them if they do not exist.
 * @throws as `builtPrograms` of go-build.ts
 */
export async function controlPlanePrograms(
  programs: readonly Program[],
  log: Log,
): Promise<string> {
  return builtPrograms((await chosenControlPlane()).module, programs, { log });
}

/** Whether all of these programs are in the cache. */
export async function controlPlaneIsBuilt(programs: readonly Program[]): Promise<boolean> {
  return areBuilt((await chosenControlPlane()).module, programs);
}
