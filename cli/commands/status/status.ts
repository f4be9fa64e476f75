import { Command } from "commander";

import { version } from "../../../package.json";
import {
  kubeConfigOf,
  addNamespaceOptions,
  namespaceOf,
  type NamespaceOptions,
} from "../../options/cluster-options";
import { EXIT } from "../../terminal/failure";
import { outputOption, printResult, type OutputFormat } from "../../terminal/output";
import type { Terminal } from "../../terminal/terminal";

const HELP = `
Examples:
  # What is installed, the credspecs, and the workloads of the context's namespace
  gmsa status

  # The workloads of all namespaces, for programs
  gmsa status -A -o json

Whether Pods would be admitted now is found out by the rules of admission, with the credspecs and
rights that there are; nothing is created. Reads as the user of the kubeconfig: get deployments and
secrets and list pods in namespace pepr-system, list gmsacredentialspecs, list pods and what makes
them, create subjectaccessreviews. What that user may not see is said at the end.

Exit codes: 0 replicas are ready, the certificate is good and no workload would be refused; 1 not so;
2 wrong usage.`;

interface StatusOptions extends NamespaceOptions {
  output: OutputFormat;
}

/** `gmsa status` */
export function addStatus(program: Command, terminal: Terminal): void {
  const status = program
    .command("status")
    .description("show what is installed, the credspecs, who uses them, and whether they still may")
    .addOption(outputOption())
    .addHelpText("after", HELP);
  addNamespaceOptions(status).action((options: StatusOptions, command: Command) =>
    showStatus(options, command, terminal),
  );
}

async function showStatus(
  options: StatusOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const [{ collectorsFor }, { reachable }, { statusOf, statusReport }] = await Promise.all([
    import("../../inspect/collectors"),
    import("../../api/calls"),
    import("./status-report"),
  ]);
  const kubeConfig = await kubeConfigOf(command);
  const namespace = namespaceOf(options, kubeConfig);
  const status = await terminal.whileReading("Look at the cluster", async () => {
    const kubernetes = await reachable(kubeConfig);
    const collectors = collectorsFor(kubeConfig, { namespace, now: new Date() });
    const [controller, certificates, credspecs, workloads] = await Promise.all([
      collectors.controller(),
      collectors.certificates(),
      collectors.credspecs(),
      collectors.workloads(),
    ]);
    const inputs = { controller, certificates, credspecs, workloads };
    return statusOf({ gmsa: version, kubernetes }, inputs);
  });
  const { statusTable } = await import("./status-table");
  await printResult(terminal, options.output, {
    value: statusReport(status),
    table: () => statusTable(status, terminal.colours, namespace),
  });
  process.exitCode = status.healthy ? EXIT.ok : EXIT.failed;
}
