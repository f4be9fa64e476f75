/** Users with fewer rights than the administrator: a service account's kubeconfig. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Bed } from "../../testbed/bed/bed";
import { writeKubeconfig } from "../../testbed/control-plane/kubeconfig";

/** A kubeconfig in a folder of its own. */
export interface UserKubeconfig {
  file: string;
  remove(): void;
}

/** @param server replaces the bed's server, for tests without a reachable API server. */
export async function kubeconfigOfAccount(
  bed: Bed,
  { namespace, name }: { namespace: string; name: string },
  server = bed.kubeConfig.getCurrentCluster()?.server ?? "",
): Promise<UserKubeconfig> {
  const { stdout } = await bed.kubectl(["create", "token", name, "-n", namespace]);
  const folder = mkdtempSync(join(tmpdir(), "gmsa-user-"));
  const file = join(folder, "kubeconfig");
  const ca = Buffer.from(bed.kubeConfig.getCurrentCluster()?.caData ?? "", "base64").toString();
  writeKubeconfig(file, { server, ca, credentials: { token: stdout.trim() }, namespace });
  return {
    file,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
