import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { areBuilt, builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";
import { KUBERNETES_VERSION, versionModule } from "./control-plane-versions";

/** Where the module with go.mod and go.sum lies. */
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
 * The Kubernetes version that go.mod names, such as "v1.36.3".
 * @throws if go.mod names none
 */
export function kubernetesVersion(): string {
  const text = readFileSync(join(controlPlaneModule, "go.mod"), "utf8");
  const version = /^\s*k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/m.exec(text)?.[1];
  if (!version)
    throw new Error("testbed/programs/control-plane/go.mod requires no k8s.io/kubernetes");
  return version;
}

/** Without these the server says that it is v0.0.0, and clients take it for an ancient one. */
function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split(".");
  const variable = "-X k8s.io/component-base/version";
  return `-s -w ${variable}.gitVersion=${version} ${variable}.gitMajor=${major ?? ""} ${variable}.gitMinor=${minor ?? ""}`;
}

/** The Kubernetes that is asked for, or else the one of go.mod. */
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
 * Gives the folder that holds these programs, built if they are not there yet.
 * @throws as `builtPrograms` of go-build.ts
 */
export async function controlPlanePrograms(
  programs: readonly Program[],
  log: Log,
): Promise<string> {
  return builtPrograms((await chosenControlPlane()).module, programs, { log });
}

/** Whether all of these programs are in the cache already. */
export async function controlPlaneIsBuilt(programs: readonly Program[]): Promise<boolean> {
  return areBuilt((await chosenControlPlane()).module, programs);
}
