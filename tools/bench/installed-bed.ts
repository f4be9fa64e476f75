/** What is installed on the bed, in a folder that is removed with it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Bed } from "../../testbed/bed/local-bed";
import { withEnvironment } from "./controller-environment";

/** A folder that is removed with the bed. */
export function stateDir({ controlPlane }: Bed): string {
  if (!controlPlane) throw new Error("a control plane of its own is needed");
  return controlPlane.dir;
}

/** Path of the installation with these variables added to the controller's environment. */
export function installationWith(
  bed: Bed,
  manifest: string,
  variables: Record<string, string>,
): string {
  const file = join(stateDir(bed), "bench.yaml");
  writeFileSync(file, withEnvironment(readFileSync(manifest, "utf8"), variables));
  return file;
}
