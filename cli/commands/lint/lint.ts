import { Command } from "commander";

import { pluralize } from "../../../rules/text";
import { EXIT, Failure } from "../../terminal/failure";
import { addPathOptions, type PathOptions } from "../../options/path-options";
import {
  printReport,
  reportOption,
  type ReportFormat,
} from "../../manifests/reports/report-format";
import type { Terminal } from "../../terminal/terminal";
import { describeDiagnostics, type Diagnostic } from "../../manifests/diagnostic";
import type { Repository } from "../../manifests/repository/read-repository";
import type { LintReport } from "./lint-manifests";
import { namespaceOption } from "../../options/option-types";

const HELP = `
Looks at GMSACredentialSpecs, at Roles and bindings for them, and at Pods and everything with a Pod
template that uses GMSA; all other objects pass. No cluster is asked. docs/lint.md has each rule.

A path is a file, a folder with all below it, or a pattern. In a folder, what is not a Kubernetes
object is skipped, as is what .gitignore and .gmsaignore leave out; node_modules and .git always are.
Whatever is in a file that is named itself, or with -f, has to be an object.

Examples:
  # A repository
  gmsa lint .
  gmsa lint 'apps/**/*.yaml' --ignore 'apps/old/'

  # What kustomize or Helm makes, which is to hold credspecs and grants too
  gmsa lint --closed -k overlays/production
  helm template shop ./chart | gmsa lint -f -

  # In CI
  gmsa lint . -o github
  gmsa lint . -o sarif > gmsa.sarif

Exit codes: 0 no error (with --strict: and no warning), 1 some, 2 wrong usage.`;

interface Options extends PathOptions {
  namespace: string;
  closed?: boolean;
  strict?: boolean;
  output: ReportFormat;
}

/** `gmsa lint` */
export function addLint(program: Command, terminal: Terminal): void {
  const command = program
    .command("lint")
    .description("check credspecs and workloads in manifests, before the cluster does");
  addPathOptions(command, "files, folders, or - for stdin; can be given several times")
    .option("--closed", "what workloads refer to must be in the manifests: credspecs and grants")
    .option("--strict", "fail on warnings as well")
    .addOption(namespaceOption("namespace of objects that name none").default("default"))
    .addOption(reportOption())
    .addHelpText("after", HELP)
    .action(async (paths: string[], options: Options) => {
      await lint(paths, options, terminal);
    });
}

async function lint(paths: string[], options: Options, terminal: Terminal): Promise<void> {
  const [{ hasSources, readSources, saySkipped, skippedNote }, { lintManifests }] =
    await Promise.all([import("../../manifests/sources"), import("./lint-manifests")]);
  const sources = { ...options, paths };
  if (!hasSources(sources)) {
    throw new Failure("name what to check: gmsa lint .", "See gmsa lint --help", EXIT.usage);
  }
  const { namespace, closed = false, verbose = false } = options;
  const repository = await readSources(sources);
  const report = await lintManifests(repository, { namespace, closed });
  await print(terminal, options, { repository, report });
  saySkipped(terminal, repository, { command: "lint", verbose });
  terminal.say(`${summary(report)}${skippedNote(repository, verbose)}`);
  const isBad = report.findings.some(({ level }) => failingLevels(options).includes(level));
  process.exitCode = isBad ? EXIT.failed : EXIT.ok;
}

async function print(
  terminal: Terminal,
  options: Options,
  { repository, report }: { repository: Repository; report: LintReport },
): Promise<void> {
  const { findings } = report;
  if (options.output === "table" && findings.length === 0) return;
  const { casesOfFindings } = await import("../../manifests/reports/junit-findings");
  await printReport(terminal, options.output, {
    name: "gmsa lint",
    value: { ...report, skipped: repository.skipped },
    table: () => describeDiagnostics(findings, terminal.colours),
    findings: () => findings,
    junit: () => casesOfFindings(filesOf(repository), findings, failingLevels(options)),
  });
}

function failingLevels({ strict = false }: Options): Diagnostic["level"][] {
  return strict ? ["error", "warning"] : ["error"];
}

/** Those that hold something for a cluster, or should. */
function filesOf({ files, skipped }: Repository): string[] {
  const left = new Set(skipped.map(({ file }) => file));
  return [...new Set(files)].filter(file => !left.has(file));
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
