import { Command } from "commander";
import { distance } from "fastest-levenshtein";

import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT } from "../../terminal/failure";
import {
  failOnOption,
  leastThatFails,
  strictOption,
  suppressOption,
} from "../../options/check-options";
import { canaryOption } from "../../options/canary-option";
import { parseDuration, RepeatableOption } from "../../options/option-types";
import {
  addNamespaceFilter,
  filteredNamespace,
  kindOption,
  selectorOption,
} from "../../options/workload-options";
import { printResult } from "../../terminal/output";
import { outputOption, type OutputFormat } from "../../terminal/output-format";
import type { Terminal } from "../../terminal/terminal";
import { CHECK_NAMES, CODES } from "../../diagnosis/check-codes";
import type { Report } from "../../diagnosis/report/examine";
import { FAIL_ON, type FailOn } from "../../diagnosis/report/fail-on";
import type { LabelQuery } from "../../../rules/label-query";
import type { Probe } from "../../../rules/canary/probe";
import { addDoctorPod } from "./pod/pod";

const HELP = `
Examples:
  # Everything that a Pod with GMSA depends on
  gmsa doctor

  # Some checks only
  gmsa doctor --check policy --check node-build

  # For an application team: the workloads of one namespace
  gmsa doctor -n shop --check grants --check references

  # After an installation: until everything passes, and a Pod of this account would be admitted
  gmsa doctor --wait 2m --canary shop/web/webapp1

  # For programs: each check has a code that never changes
  gmsa doctor -o json

  # In CI: warnings and unknown results count as well, one known problem does not
  gmsa doctor --strict --suppress GMSA172

  # Inside a running Pod that cannot log on
  gmsa doctor pod web-0 -n shop

Tries a Pod that must be refused, as a server-side dry run in the namespace of -n or of the context;
nothing is created. Reads as the user of the kubeconfig. Whatever that user may not read is shown as
unknown, with the missing right; \`gmsa explain troubleshooting\` lists all of them.

Exit codes: 0 no check fails, 1 one does (each with its remedy), 2 wrong usage. With --fail-on warning
warnings count as well; with --fail-on unknown, or --strict, so do unknown results.`;

/** The name of the subcommand. */
const POD = "pod";

interface DoctorOptions {
  output: OutputFormat;
  check?: string[];
  namespace?: string;
  allNamespaces?: boolean;
  selector?: LabelQuery;
  kind?: string[];
  suppress?: string[];
  failOn: FailOn;
  strict?: boolean;
  canary?: Probe;
  wait?: number;
}

/** Adds `gmsa doctor`. */
export function addDoctor(program: Command, terminal: Terminal): void {
  const doctor = program
    .command("doctor")
    .description("check everything that GMSA needs, and report problems with their remedies")
    .addOption(outputOption())
    .addOption(selectorOption("check workloads with these labels only"))
    .addOption(kindOption())
    .addOption(new RepeatableOption("--check <name>", "only this check", CHECK_NAMES))
    .addOption(suppressOption("the check", CODES))
    .addOption(failOnOption(FAIL_ON))
    .addOption(strictOption())
    .addOption(canaryOption())
    .option("--wait <duration>", "repeat the checks until all pass, such as 2m", parseDuration)
    .addHelpText("after", HELP);
  addNamespaceFilter(doctor, "check the workloads of this namespace only");
  // The command does not take arguments, but a word may be a misspelt subcommand.
  doctor.allowExcessArguments().action(async (options: DoctorOptions, command: Command) => {
    refuseWords(command);
    await examineCluster(options, command, terminal);
  });
  addDoctorPod(doctor, terminal);
}

/**
 * Reports an unknown command, as commander does for a command without an action. The word may also be the
 * name of a Pod.
 */
function refuseWords(command: Command): void {
  const [word] = command.args;
  if (word === undefined) return;
  const meant = distance(word, POD) === 1 ? POD : `gmsa doctor ${POD} ${word}`;
  const message = `error: unknown command '${word}'\n(Did you mean ${meant}?)`;
  command.error(message, { code: "commander.unknownCommand" });
}

async function examineCluster(
  { output, check = [], suppress = [], wait = 0, ...options }: DoctorOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const [
    { chosen },
    { examine, hasFailed },
    { collectorsFor },
    { kindsNamed },
    { reachable },
    { untilWell },
  ] = await Promise.all([
    import("../../diagnosis/checks/all"),
    import("../../diagnosis/report/examine"),
    import("../../inspect/collectors"),
    import("../../inspect/custom-kinds"),
    import("../../api/calls"),
    import("./wait"),
  ]);
  const checks = chosen(check, suppress);
  const { selector, canary } = options;
  const lookAt = { namespace: filteredNamespace(options), selector, canary };
  const kubeConfig = await kubeConfigOf(command);
  const look = async (): Promise<Report> => {
    await reachable(kubeConfig);
    const kinds = await kindsNamed(kubeConfig, options.kind);
    return examine(checks, collectorsFor(kubeConfig, { ...lookAt, kinds, now: new Date() }));
  };
  const failOn = leastThatFails(options);
  // Keep waiting for unknown checks too: they may succeed a moment later, even if --fail-on ignores them.
  const isWell = (seen: Report): boolean => seen.healthy && !hasFailed(seen, failOn);
  const report = await terminal.whileReading("Examine the cluster", () =>
    untilWell(look, { limitMs: wait, isWell }),
  );
  const { reportTable } = await import("../../diagnosis/report/report-table");
  await printResult(terminal, output, {
    value: report,
    rows: report.checks,
    table: () => reportTable(report, terminal.colours),
  });
  process.exitCode = hasFailed(report, failOn) ? EXIT.failed : EXIT.ok;
}
