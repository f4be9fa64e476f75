import { Command } from "commander";

import { pluralize } from "../../../rules/text";
import { EXIT } from "../../terminal/failure";
import { addFilenameOptions, type FilenameOptions } from "../../manifests/manifest-files";
import { outputOption, printResult, type OutputFormat } from "../../terminal/output";
import type { Terminal } from "../../terminal/terminal";
import { describeDiagnostics } from "../../manifests/diagnostic";
import type { LintReport } from "./lint-manifests";
import { namespaceOption } from "../../options/option-types";

const HELP = `
Looks at GMSACredentialSpecs, at Roles and bindings for them, and at Pods and everything with a Pod
template that uses GMSA; all other objects pass. No cluster is asked. docs/lint.md has each rule.

Examples:
  # A folder and all below it
  gmsa lint -R -f manifests/

  # What kustomize or Helm makes, which is to hold credspecs and grants too
  kubectl kustomize overlay | gmsa lint --closed -f -
  helm template shop ./chart | gmsa lint -f -

Exit codes: 0 no error (with --strict: and no warning), 1 some, 2 wrong usage.`;

interface Options extends FilenameOptions {
  namespace: string;
  closed?: boolean;
  strict?: boolean;
  output: OutputFormat;
}

/** `gmsa lint` */
export function addLint(program: Command, terminal: Terminal): void {
  const command = program
    .command("lint")
    .description("check credspecs and workloads in manifests, before the cluster does");
  addFilenameOptions(command)
    .option("--closed", "what workloads refer to must be in the manifests: credspecs and grants")
    .option("--strict", "fail on warnings as well")
    .addOption(namespaceOption("namespace of objects that name none").default("default"))
    .addOption(outputOption())
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const [{ readManifests }, { lintManifests }] = await Promise.all([
        import("../../manifests/manifests"),
        import("./lint-manifests"),
      ]);
      const { namespace, closed = false } = options;
      const report = await lintManifests(readManifests(options), { namespace, closed });
      if (options.output !== "table" || report.findings.length > 0) {
        await printResult(terminal, options.output, {
          value: report,
          table: () => describeDiagnostics(report.findings, terminal.colours),
        });
      }
      terminal.say(summary(report));
      const failing = options.strict === true ? ["error", "warning"] : ["error"];
      const isBad = report.findings.some(({ level }) => failing.includes(level));
      process.exitCode = isBad ? EXIT.failed : EXIT.ok;
    });
}

function summary({ findings, credspecs, workloads, others }: LintReport): string {
  const count = (wanted: string): number => findings.filter(({ level }) => level === wanted).length;
  const notes = count("information");
  const looked = [pluralize(credspecs, "credspec"), pluralize(workloads, "GMSA workload")].join(
    ", ",
  );
  return (
    `${looked}, ${pluralize(others, "other object")}: ` +
    `${pluralize(count("error"), "error")}, ${pluralize(count("warning"), "warning")}` +
    (notes === 0 ? "" : `, ${notes} for information`)
  );
}
