/** Builds Prometheus's programs once into the cache of the control plane's programs. */
import { join } from "node:path";

import { builtPrograms, type GoModule } from "./go-build";
import type { Log } from "../process/log";

type Program = "prometheus" | "promtool";

const programs: GoModule<Program> = {
  name: "prometheus",
  dir: join(__dirname, "prometheus"),
  packages: {
    prometheus: "github.com/prometheus/prometheus/cmd/prometheus",
    promtool: "github.com/prometheus/prometheus/cmd/promtool",
  },
  linkerFlags: "-s -w",
  workspace: join(__dirname, "go.work"),
  // Omits the service discovery of cloud providers, which is most of the program. The web UI is
  // also missing, because it is not part of Prometheus's Go module.
  tags: "remove_all_sd",
  takes: "about 3 minutes on 2 cores, the second of them seconds",
};

/**
 * The path of promtool in the version that go.mod names.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export function findPromtool(log: Log): Promise<string> {
  return find("promtool", log);
}

/** The path of prometheus, with the same errors. */
export function findPrometheus(log: Log): Promise<string> {
  return find("prometheus", log);
}

async function find(program: Program, log: Log): Promise<string> {
  return join(await builtPrograms(programs, [program], { log }), program);
}
