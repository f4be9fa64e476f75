/** Builds kube-router once into the cache of the control plane's programs. */
import { join } from "node:path";

import { areBuilt, builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";

const kubeRouter: GoModule<"kube-router"> = {
  name: "kube-router",
  dir: join(__dirname, "kube-router"),
  packages: { "kube-router": "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router" },
  linkerFlags: "-s -w",
  takes: "about 2 minutes on 2 cores",
};

/**
 * The path of kube-router in the version that go.mod names.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export async function findKubeRouter(log: Log): Promise<string> {
  return join(await builtPrograms(kubeRouter, ["kube-router"], { log }), "kube-router");
}

/** Whether kube-router is in the cache. */
export function isKubeRouterBuilt(): boolean {
  return areBuilt(kubeRouter, ["kube-router"]);
}
