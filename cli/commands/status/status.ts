import { Command } from "commander";

import { version } from "../../../package.json";
import {
  kubeConfigOf,
  addNamespaceOptions,
  namespaceOf,
  type NamespaceOptions,
} from "../../options/cluster-options";
import {
  failOnOption,
  leastThatFails,
  strictOption,
  suppressOption,
} from "../../options/check-options";
import { kindOption, selectorOption } from "../../options/workload-options";
import { CODES } from "../../diagnosis/check-codes";
import { FAIL_ON, type FailOn } from "../../diagnosis/report/fail-on";
import type { LabelQuery } from "../../../rules/label-query";
import { credspecResourceName } from "../../../rules/credspec/resource";
import { resourceName } from "../../../rules/object";
import type { Status, StatusInputs } from "./status-report";
import type { Collectors } from "../../inspect/state";
import { EXIT } from "../../terminal/failure";
import { printResult } from "../../terminal/output";
import { noHeadersOption, outputOption, type OutputFormat } from "../../terminal/output-format";
import type { Terminal } from "../../terminal/terminal";

const HELP = `
Examples:
  # The installation, the credential specs, and the workloads of the context's namespace
  gmsa status

  # The workloads of all namespaces, for programs
  gmsa status -A -o json

  # One application, for a script
  gmsa status -n shop -l app=web -o jsonpath='{.workloads[*].admission}'

  # Print again after each change, until Ctrl-C
  gmsa status -A --watch

The rules of admission decide whether Pods would be admitted now, with the existing credential specs and
grants; nothing is created. Reads as the user of the kubeconfig: get deployments and secrets and list pods
in namespace pepr-system, list gmsacredentialspecs, pods and workloads, get the RuntimeClasses and nodes that
they name, create subjectaccessreviews. Whatever that user may not see is listed at the end.

The first line is the result of the checks of the installation that \`gmsa doctor\` runs. One of them tries
a Pod that must be refused, as a server-side dry run.

Exit codes: 0 no problems found; 1 a check of the installation fails, or a workload would be refused or
admitted unchecked; 2 wrong usage. With --fail-on warning warnings count as well; with --fail-on unknown,
or --strict, so do unknown results.`;

interface StatusOptions extends NamespaceOptions {
  selector?: LabelQuery;
  kind?: string[];
  output: OutputFormat;
  headers: boolean;
  watch?: boolean;
  suppress?: string[];
  failOn: FailOn;
  strict?: boolean;
}

/** Adds `gmsa status`. */
export function addStatus(program: Command, terminal: Terminal): void {
  const status = program
    .command("status")
    .description(
      "show the installation, the credential specs, the workloads that use them, and whether their Pods would be admitted",
    )
    .addOption(outputOption(["wide", "name"]))
    .addOption(noHeadersOption())
    .addOption(
      selectorOption("workloads with these labels, and the credential specs that they use"),
    )
    .addOption(kindOption())
    .option("-w, --watch", "check again every 5 s, and show changes")
    .addOption(suppressOption("the check", CODES))
    .addOption(failOnOption(FAIL_ON))
    .addOption(strictOption())
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
  const [{ statusHasFailed, statusReport }, look] = await Promise.all([
    import("./status-report"),
    lookFor(options, command),
  ]);
  const show = ({ status, namespace }: Seen): Promise<void> =>
    printStatus({ status, namespace, value: statusReport(status) }, options, terminal);
  if (options.watch === true) await watchStatus(look, { options, terminal, show });
  const seen = await terminal.whileReading("Examine the cluster", look);
  await show(seen);
  process.exitCode = statusHasFailed(seen.status, leastThatFails(options)) ? EXIT.failed : EXIT.ok;
}

/** Runs until the user interrupts it, or the cluster is unreachable for too long. */
async function watchStatus(
  look: () => Promise<Seen>,
  {
    options,
    terminal,
    show,
  }: { options: StatusOptions; terminal: Terminal; show: (seen: Seen) => Promise<void> },
): Promise<never> {
  const { watch } = await import("./watch");
  let isFirst = true;
  return watch({
    look,
    show: async seen => {
      if (!isFirst) terminal.print(between(options.output, terminal));
      isFirst = false;
      await show(seen);
    },
    lost: ({ message }) => {
      terminal.say(`warning: ${message}; trying again for 5m`);
    },
  });
}

/** The separator between two states. */
function between(output: OutputFormat, { colours }: Terminal): string {
  if (output === "yaml") return "---";
  return output === "table" || output === "wide"
    ? `\n${colours.dim(`at ${new Date().toISOString()}`)}`
    : "";
}

async function printStatus(
  { status, namespace, value }: Seen & { value: { workloads: readonly object[] } },
  { output, headers }: StatusOptions,
  terminal: Terminal,
): Promise<void> {
  const { statusTable } = await import("./status-table");
  const { colours } = terminal;
  await printResult(terminal, output, {
    value,
    rows: value.workloads,
    headers,
    table: isWide => statusTable(status, { colours, namespace, isWide, headers }),
    names: () => [
      ...status.credspecs.map(({ name }) => credspecResourceName(name)),
      ...status.workloads.map(resourceName),
    ],
  });
}

interface Seen {
  status: Status;
  namespace: string | undefined;
}

/** @returns a function that reads the cluster each time it is called. */
async function lookFor(options: StatusOptions, command: Command): Promise<() => Promise<Seen>> {
  const [
    { collectorsFor },
    { kindsNamed },
    { reachable },
    { statusOf },
    { installationChecks },
    { examine },
  ] = await Promise.all([
    import("../../inspect/collectors"),
    import("../../inspect/custom-kinds"),
    import("../../api/calls"),
    import("./status-report"),
    import("../../diagnosis/checks/all"),
    import("../../diagnosis/report/examine"),
  ]);
  const checks = installationChecks(options.suppress);
  const kubeConfig = await kubeConfigOf(command);
  const namespace = namespaceOf(options, kubeConfig);
  const { selector } = options;
  return async () => {
    const kubernetes = await reachable(kubeConfig);
    const kinds = await kindsNamed(kubeConfig, options.kind);
    const collectors = collectorsFor(kubeConfig, { namespace, selector, kinds, now: new Date() });
    const [controller, certificates, credspecs, workloads] = await Promise.all([
      collectors.controller(),
      collectors.certificates(),
      collectors.credspecs(),
      collectors.workloads(),
    ]);
    const { checks: report } = await examine(checks, collectors);
    const gaps = await gapsIn(collectors);
    const found = { controller, certificates, credspecs, workloads, report, ...gaps };
    const inputs = { ...found, isSelected: selector !== undefined };
    return { status: statusOf({ gmsa: version, kubernetes }, inputs), namespace };
  };
}

/** Namespaces that a webhook does not cover. Empty if the user may not read them, which a check reports. */
async function gapsIn(
  collectors: Collectors,
): Promise<Pick<StatusInputs, "unchecked" | "unfilled">> {
  const { uncheckedNamespaces, unfilledNamespaces } = await import(
    "../../diagnosis/checks/unchecked-namespaces"
  );
  const [mutating, validating, policy, policyBindings, namespaces] = await Promise.all([
    collectors.mutating(),
    collectors.validating(),
    collectors.policy(),
    collectors.policyBindings(),
    collectors.namespaces(),
  ]);
  if (
    !mutating.known ||
    !validating.known ||
    !policy.known ||
    !policyBindings.known ||
    !namespaces.known
  ) {
    return { unchecked: [], unfilled: [] };
  }
  const state = {
    mutating: mutating.value,
    validating: validating.value,
    policy: policy.value,
    policyBindings: policyBindings.value,
    namespaces: namespaces.value,
  };
  const names = (found: readonly { name: string }[]): string[] => found.map(({ name }) => name);
  return {
    unchecked: names(uncheckedNamespaces(state)),
    unfilled: names(unfilledNamespaces(state)),
  };
}
