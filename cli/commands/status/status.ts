import { Command } from "commander";

import { version } from "../../../package.json";
import {
  kubeConfigOf,
  addNamespaceOptions,
  namespaceOf,
  type NamespaceOptions,
} from "../../options/cluster-options";
import type { Collectors } from "../../inspect/state";
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

The first line rests on the checks of the installation that \`gmsa doctor\` runs. One of them tries a Pod
that must be refused, as a server-side dry run.

Exit codes: 0 nothing wrong was seen; 1 a check of the installation fails, or a workload would be refused
or admitted unchecked; 2 wrong usage.`;

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
  const [
    { collectorsFor },
    { reachable },
    { statusOf, statusReport },
    { INSTALLATION_CHECKS },
    { examine },
  ] = await Promise.all([
    import("../../inspect/collectors"),
    import("../../api/calls"),
    import("./status-report"),
    import("../../diagnosis/checks/all"),
    import("../../diagnosis/report/examine"),
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
    const { checks: report } = await examine(INSTALLATION_CHECKS, collectors);
    const unchecked = await uncheckedIn(collectors);
    const inputs = { controller, certificates, credspecs, workloads, report, unchecked };
    return statusOf({ gmsa: version, kubernetes }, inputs);
  });
  const { statusTable } = await import("./status-table");
  await printResult(terminal, options.output, {
    value: statusReport(status),
    table: () => statusTable(status, terminal.colours, namespace),
  });
  process.exitCode = status.failed ? EXIT.failed : EXIT.ok;
}

/** Namespaces that nobody guards; none if that may not be read, which a check tells. */
async function uncheckedIn(collectors: Collectors): Promise<string[]> {
  const { uncheckedNamespaces } = await import("../../diagnosis/checks/unchecked-namespaces");
  const [mutating, validating, policy, policyBindings, namespaces] = await Promise.all([
    collectors.mutating(),
    collectors.validating(),
    collectors.policy(),
    collectors.policyBindings(),
    collectors.namespaces(),
  ]);
  return mutating.known &&
    validating.known &&
    policy.known &&
    policyBindings.known &&
    namespaces.known
    ? uncheckedNamespaces({
        mutating: mutating.value,
        validating: validating.value,
        policy: policy.value,
        policyBindings: policyBindings.value,
        namespaces: namespaces.value,
      }).map(({ name }) => name)
    : [];
}
