import type { Command } from "commander";

import { devDependencies, version } from "../../../package.json";
import { kubeConfigOf } from "../../options/cluster-options";
import { columns } from "../../terminal/columns";
import { printResult } from "../../terminal/output";
import { outputOption, type OutputFormat } from "../../terminal/output-format";
import type { Terminal } from "../../terminal/terminal";
import { versionRows, versionsOf, type Versions } from "./version-report";

const CLIENT = { gmsa: version, pepr: devDependencies.pepr };

const HELP = `
Needs to get deployments in namespace pepr-system; without that, the version of the installation is unknown.

Exit codes: 0 done, 1 the cluster does not answer, 2 wrong usage.`;

interface VersionOptions {
  client?: boolean;
  output: OutputFormat;
}

/** Adds `gmsa version`. */
export function addVersion(program: Command, terminal: Terminal): void {
  program
    .command("version")
    .description("show the versions of gmsa, Kubernetes and the installation")
    .option("--client", "only the version of gmsa; do not contact a cluster")
    .addOption(outputOption())
    .addHelpText("after", HELP)
    .action(async ({ client, output }: VersionOptions, command: Command) => {
      if (client === true) {
        await print(terminal, output, versionsOf(CLIENT));
        return;
      }
      await print(terminal, output, await ofCluster(command));
    });
}

/** @throws Failure if the cluster cannot be reached. */
async function ofCluster(command: Command): Promise<Versions> {
  const [{ collectorsFor }, { reachable }] = await Promise.all([
    import("../../inspect/collectors"),
    import("../../api/calls"),
  ]);
  const kubeConfig = await kubeConfigOf(command);
  const kubernetes = await reachable(kubeConfig);
  const controller = await collectorsFor(kubeConfig, { now: new Date() }).controller();
  return versionsOf(CLIENT, { kubernetes, controller });
}

async function print(terminal: Terminal, output: OutputFormat, versions: Versions): Promise<void> {
  await printResult(terminal, output, {
    value: versions,
    table: () => columns(versionRows(versions)),
  });
  for (const warning of versions.warnings) terminal.say(`warning: ${warning}`);
}
