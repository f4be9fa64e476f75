/** Builds actionlint, which checks the workflows, once into the cache. */
import { join } from "node:path";

import type { Log } from "../process/log";
import { builtPrograms, type GoModule } from "./go-build";

const actionlint: GoModule<"actionlint"> = {
  name: "actionlint",
  dir: join(__dirname, "actionlint"),
  packages: { actionlint: "github.com/rhysd/actionlint/cmd/actionlint" },
  linkerFlags: "-s -w",
  takes: "seconds",
};

/**
 * The path of actionlint in the version that go.mod names.
 *
 * @throws MissingPrerequisite without Go; Error if the build fails.
 */
export async function findActionlint(log: Log): Promise<string> {
  return join(await builtPrograms(actionlint, ["actionlint"], { log }), "actionlint");
}
