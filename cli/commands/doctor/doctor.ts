import { Command, Option } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT } from "../../terminal/failure";
import { canaryOption } from "../../options/canary-option";
import { parseDuration, RepeatableOption, namespaceOption } from "../../options/option-types";
import { outputOption, printResult, type OutputFormat } from "../../terminal/output";
import type { Terminal } from "../../terminal/terminal";
import { CHECK_NAMES, CODES } from "../../diagnosis/check-codes";
import type { Report } from "../../diagnosis/report/examine";
import { FAIL_ON, type FailOn } from "../../diagnosis/report/fail-on";
import type { Trial } from "../../../rules/canary/trial";
import { addDoctorPod } from "./pod/pod";

const HELP = `
Examples:
  # Everything that has to be right before a Pod can use GMSA
  gmsa doctor

  # Some checks only
  gmsa doctor --check policy --check node-build

  # For an application team: the workloads of one namespace
  gmsa doctor -n shop --check grants --check references

  # After an installation: until everything passes, and a Pod of this account would be admitted
  gmsa doctor --wait 2m --canary shop/web/webapp1

  # For programs: each check has a code that never changes
  gmsa doctor -o json

  # In CI: warnings and what could not be seen count as well, one known thing does not
  gmsa doctor --strict --suppress GMSA172

  # Inside of a Pod that runs, and cannot log on
  gmsa doctor pod web-0 -n shop

Tries a Pod that must be refused, as a server-side dry run in the namespace of -n or of the context;
nothing is created. Reads as the user of the kubeconfig. What that user may not read is shown as
unknown, with the right that it takes; docs/troubleshooting.md names all of them.

Exit codes: 0 no check fails, 1 one does (each says what to do), 2 wrong usage. With --fail-on warning
warnings count as well; with --fail-on unknown, or --strict, so does what could not be seen.`;

interface DoctorOptions {
  output: OutputFormat;
  check?: string[];
  namespace?: string;
  suppress?: string[];
  failOn: FailOn;
  strict?: boolean;
  canary?: Trial;
  wait?: number;
}

/** `gmsa doctor` */
export function addDoctor(program: Command, terminal: Terminal): void {
  const doctor = program
    .command("doctor")
    .description("check everything that GMSA needs, and say what to do about what is wrong")
    .addOption(outputOption())
    .addOption(new RepeatableOption("--check <name>", "only this check", CHECK_NAMES))
    .addOption(namespaceOption("look at the workloads of this namespace only (default: all)"))
    .addOption(new RepeatableOption("--suppress <code>", "leave out the check of this code", CODES))
    .addOption(
      new Option("--fail-on <level>", "the least that ends with 1")
        .choices(FAIL_ON)
        .default("error"),
    )
    .option("--strict", "the same as --fail-on unknown")
    .addOption(canaryOption())
    .option("--wait <duration>", "look again until all is well, such as 2m", parseDuration)
    .addHelpText("after", HELP);
  doctor.action((options: DoctorOptions, command: Command) =>
    examineCluster(options, command, terminal),
  );
  addDoctorPod(doctor, terminal);
}

async function examineCluster(
  { output, check = [], suppress = [], wait = 0, failOn, strict, ...lookAt }: DoctorOptions,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const [{ chosen }, { examine, hasFailed }, { collectorsFor }, { reachable }, { untilWell }] =
    await Promise.all([
      import("../../diagnosis/checks/all"),
      import("../../diagnosis/report/examine"),
      import("../../inspect/collectors"),
      import("../../api/calls"),
      import("./wait"),
    ]);
  const checks = chosen(check, suppress);
  const kubeConfig = await kubeConfigOf(command);
  const look = async (): Promise<Report> => {
    await reachable(kubeConfig);
    return examine(checks, collectorsFor(kubeConfig, { ...lookAt, now: new Date() }));
  };
  const leastThatFails = strict === true ? "unknown" : failOn;
  // What could not be seen may be seen a moment later, whether or not it counts in the end.
  const isWell = (seen: Report): boolean => seen.healthy && !hasFailed(seen, leastThatFails);
  const report = await terminal.whileReading("Look at the cluster", () =>
    untilWell(look, { limitMs: wait, isWell }),
  );
  const { reportTable } = await import("../../diagnosis/report/report-table");
  await printResult(terminal, output, {
    value: report,
    table: () => reportTable(report, terminal.colours),
  });
  process.exitCode = hasFailed(report, leastThatFails) ? EXIT.failed : EXIT.ok;
}
