import { Command, Option } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT } from "../../terminal/failure";
import { RepeatableOption } from "../../options/option-types";
import { outputOption, printResult, type OutputFormat } from "../../terminal/output";
import type { Terminal } from "../../terminal/terminal";
import { CHECK_NAMES, CODES } from "../../diagnosis/check-codes";
import { FAIL_ON, type FailOn } from "../../diagnosis/report/fail-on";
import { addDoctorPod } from "./pod/pod";

const HELP = `
Examples:
  # Everything that has to be right before a Pod can use GMSA
  gmsa doctor

  # Some checks only
  gmsa doctor --check policy --check node-build

  # For an application team: the workloads of one namespace
  gmsa doctor -n shop --check grants --check references

  # For programs: each check has a code that never changes
  gmsa doctor -o json

  # In CI: warnings and what could not be seen count as well, one known thing does not
  gmsa doctor --strict --suppress GMSA303

  # Inside of a Pod that runs, and cannot log on
  gmsa doctor pod web-0 -n shop

Reads as the user of the kubeconfig. What that user may not read is shown as unknown, with the right
that it takes; cluster-wide "get" and "list" of what docs/troubleshooting.md names show all.

Exit codes: 0 no check fails, 1 one does (each says what to do), 2 wrong usage. With --fail-on warning
warnings count as well; with --fail-on unknown, or --strict, so does what could not be seen.`;

interface DoctorOptions {
  output: OutputFormat;
  check?: string[];
  namespace?: string;
  suppress?: string[];
  failOn: FailOn;
  strict?: boolean;
}

/** `gmsa doctor` */
export function addDoctor(program: Command, terminal: Terminal): void {
  const doctor = program
    .command("doctor")
    .description("check everything that GMSA needs, and say what to do about what is wrong")
    .addOption(outputOption())
    .addOption(new RepeatableOption("--check <name>", "only this check", CHECK_NAMES))
    .option("-n, --namespace <name>", "look at the workloads of this namespace only (default: all)")
    .addOption(new RepeatableOption("--suppress <code>", "leave out the check of this code", CODES))
    .addOption(
      new Option("--fail-on <level>", "the least that ends with 1")
        .choices(FAIL_ON)
        .default("error"),
    )
    .option("--strict", "the same as --fail-on unknown")
    .addHelpText("after", HELP);
  doctor.action((options: DoctorOptions, command: Command) =>
    examineCluster(options, command, terminal),
  );
  addDoctorPod(doctor, terminal);
}

async function examineCluster(
  { output, check = [], namespace, suppress = [], failOn, strict }: DoctorOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const [{ chosen }, { examine, hasFailed }, { collectorsFor }, { reachable }] = await Promise.all([
    import("../../diagnosis/checks/all"),
    import("../../diagnosis/report/examine"),
    import("../../inspect/collectors"),
    import("../../api/calls"),
  ]);
  const checks = chosen(check, suppress);
  const kubeConfig = await kubeConfigOf(command);
  const report = await terminal.whileReading("Look at the cluster", async () => {
    await reachable(kubeConfig);
    return examine(checks, collectorsFor(kubeConfig, { namespace, now: new Date() }));
  });
  const { reportTable } = await import("../../diagnosis/report/report-table");
  await printResult(terminal, output, {
    value: report,
    table: () => reportTable(report, terminal.colours),
  });
  const isFailed = hasFailed(report, strict === true ? "unknown" : failOn);
  process.exitCode = isFailed ? EXIT.failed : EXIT.ok;
}
