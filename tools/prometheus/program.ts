/** promtool, built once into the cache that the control plane's programs are in. */
import { join } from "node:path";

import { builtPrograms, type GoModule } from "../../test/cluster/go-build";
import type { Log } from "../../test/cluster/log";

const promtool: GoModule<"promtool"> = {
  name: "prometheus",
  dir: __dirname,
  packages: { promtool: "github.com/prometheus/prometheus/cmd/promtool" },
  linkerFlags: "-s -w",
  // Without the clouds' libraries by which it would find what to scrape: they are most of it.
  tags: "remove_all_sd",
  takes: "about 3 minutes on 2 cores",
};

/**
 * The path of promtool in the version that go.mod names.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export async function findPromtool(log: Log): Promise<string> {
  return join(await builtPrograms(promtool, ["promtool"], { log }), "promtool");
}
