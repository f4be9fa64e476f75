/** Builds helm once into the cache of the control plane's programs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { kubernetesVersion } from "./control-plane-programs";
import { areBuilt, builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";

/** Helm 3 applies client-side, Helm 4 server-side. */
export const HELM_MAJORS = [3, 4] as const;

/** A major version of helm. */
export type HelmMajor = (typeof HELM_MAJORS)[number];

/** Folder of the module that requires a major version. */
const FOLDERS: Readonly<Record<HelmMajor, string>> = { 3: "helm", 4: "helm4" };

/**
 * Flags of helm's own builds: its version and, in Helm 3, the Kubernetes version for offline
 * rendering.
 */
function linkerFlags(major: HelmMajor): string {
  const file = join(__dirname, FOLDERS[major], "go.mod");
  const required = new RegExp(`helm\\.sh/helm/v${major} (v\\S+)`).exec(readFileSync(file, "utf8"));
  const [, version] = required ?? [];
  if (version === undefined) throw new Error(`${file} requires no helm.sh/helm/v${major}`);
  const variables = {
    "internal/version.version": version,
    ...(major === 3 && kubernetesOfHelm3()),
  };
  const settings = Object.entries(variables).map(
    ([name, value]) => `-X helm.sh/helm/v${major}/${name}=${value}`,
  );
  return ["-s", "-w", ...settings].join(" ");
}

/** Helm 4 determines it at run time. */
function kubernetesOfHelm3(): Record<string, string> {
  const [major = "", minor = ""] = kubernetesVersion().slice(1).split(".");
  return {
    "pkg/chartutil.k8sVersionMajor": major,
    "pkg/chartutil.k8sVersionMinor": minor,
    "pkg/lint/rules.k8sVersionMajor": major,
    "pkg/lint/rules.k8sVersionMinor": minor,
  };
}

function helm(major: HelmMajor): GoModule<"helm"> {
  return {
    name: FOLDERS[major],
    dir: join(__dirname, FOLDERS[major]),
    packages: { helm: `helm.sh/helm/v${major}/cmd/helm` },
    linkerFlags: linkerFlags(major),
    workspace: join(__dirname, "go.work"),
    takes: "about 2 minutes on 2 cores",
  };
}

/**
 * The path of helm in the version in go.mod. Never uses an installed helm, so that tests use the
 * same version everywhere.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export async function findHelm(log: Log, major: HelmMajor = 3): Promise<string> {
  return join(await builtPrograms(helm(major), ["helm"], { log }), "helm");
}

/** Whether every major version is in the cache. */
export function isHelmBuilt(): boolean {
  return HELM_MAJORS.every(major => areBuilt(helm(major), ["helm"]));
}
