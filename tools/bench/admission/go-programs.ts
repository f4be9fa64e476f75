/** The programs of this folder's Go module. */
import { join } from "node:path";

import type { Log } from "../../../testbed/process/log";
import { builtPrograms, type GoModule } from "../../../testbed/programs/go-build";

const PROGRAMS = ["vegeta", "limit"] as const;
type Program = (typeof PROGRAMS)[number];

const benchModule: GoModule<Program> = {
  name: "bench",
  dir: __dirname,
  packages: { vegeta: "github.com/tsenart/vegeta/v12", limit: "bench/limit" },
  linkerFlags: "-s -w",
  takes: "about 20 seconds",
};

/**
 * Paths of the programs, which are built once into the cache.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export async function findPrograms(
  log: Log,
  signal: AbortSignal,
): Promise<Record<Program, string>> {
  const dir = await builtPrograms(benchModule, PROGRAMS, { log, signal });
  return { vegeta: join(dir, "vegeta"), limit: join(dir, "limit") };
}
