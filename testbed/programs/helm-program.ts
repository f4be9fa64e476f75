/** helm, built once into the cache that the control plane's programs are in. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { kubernetesVersion } from "./control-plane-programs";
import { areBuilt, builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";

/** What helm's own builds set: its version, and the Kubernetes that it renders for offline. */
function linkerFlags(): string {
  const [, version] =
    /helm\.sh\/helm\/v3 (v\S+)/.exec(readFileSync(join(__dirname, "helm/go.mod"), "utf8")) ?? [];
  if (version === undefined)
    throw new Error("testbed/programs/helm/go.mod requires no helm.sh/helm/v3");
  const [major, minor] = kubernetesVersion().slice(1).split(".");
  const variables = {
    "internal/version.version": version,
    "pkg/chartutil.k8sVersionMajor": major,
    "pkg/chartutil.k8sVersionMinor": minor,
    "pkg/lint/rules.k8sVersionMajor": major,
    "pkg/lint/rules.k8sVersionMinor": minor,
  };
  const settings = Object.entries(variables).map(
    ([name, value]) => `-X helm.sh/helm/v3/${name}=${value ?? ""}`,
  );
  return ["-s", "-w", ...settings].join(" ");
}

function helm(): GoModule<"helm"> {
  return {
    name: "helm",
    dir: join(__dirname, "helm"),
    packages: { helm: "helm.sh/helm/v3/cmd/helm" },
    linkerFlags: linkerFlags(),
    takes: "about 2 minutes on 2 cores",
  };
}

/**
 * The path of helm in the version that go.mod names; never one that happens to be installed, so
 * that what was tested here is what is tested everywhere.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export async function findHelm(log: Log): Promise<string> {
  return join(await builtPrograms(helm(), ["helm"], { log }), "helm");
}

/** Whether it is in the cache already. */
export function isHelmBuilt(): boolean {
  return areBuilt(helm(), ["helm"]);
}
