import { Command } from "commander";

import { CODES as RULE_CODES } from "../../../rules/codes";
import { pluralize } from "../../../rules/text";
import { EXIT, Failure } from "../../terminal/failure";
import { failOnOption, suppressOption } from "../../options/check-options";
import { addPathOptions, type PathOptions } from "../../options/path-options";
import {
  printReport,
  reportOption,
  type ReportFormat,
} from "../../manifests/reports/report-format";
import type { Terminal } from "../../terminal/terminal";
import { describeDiagnostics, type Diagnostic } from "../../manifests/diagnostic";
import type { Repository } from "../../manifests/repository/read-repository";
import type { Lint } from "./fix/fix-all";
import type { LintReport } from "./lint-manifests";
import type { SeenCluster } from "./live-cluster";
import { namespaceOption } from "../../options/option-types";

const HELP = `
Checks GMSACredentialSpecs, Roles and bindings for them, and Pods and everything with a Pod template that
uses GMSA; all other objects pass. It does not contact a cluster without --cluster. \`gmsa explain lint\`
describes each rule.

A path is a file, a folder with all below it, or a pattern. In a folder, files without Kubernetes objects
are skipped, and so are files that .gitignore and .gmsaignore leave out, node_modules and .git. A file
that is named itself, or with -f, must contain objects only.

Examples:
  # A repository
  gmsa lint .
  gmsa lint 'apps/**/*.yaml' --ignore 'apps/old/'

  # The output of kustomize or Helm, which must contain credential specs and grants, too
  gmsa lint --closed -k overlays/production
  helm template shop ./chart | gmsa lint -f -

  # Against the credential specs and grants of a cluster; a file from the web
  gmsa lint . --cluster --context production
  gmsa lint -f https://example.com/app.yaml

  # Corrections that have only one right answer: show them, then write them into the files
  gmsa lint . --fix --dry-run
  gmsa lint . --fix

  # In CI
  gmsa lint . -o github
  gmsa lint . -o sarif > gmsa.sarif
  gmsa lint . --fail-on warning --suppress GMSA215

Exit codes: 0 no errors (with --fail-on warning: and no warnings), 1 errors, 2 wrong usage.`;

const CODES: readonly string[] = Object.values(RULE_CODES);

interface Options extends PathOptions {
  namespace?: string;
  closed?: boolean;
  cluster?: boolean;
  strict?: boolean;
  fix?: boolean;
  dryRun?: boolean;
  suppress?: string[];
  failOn: "error" | "warning";
  output: ReportFormat;
}

/** Adds `gmsa lint`. */
export function addLint(program: Command, terminal: Terminal): void {
  const command = program
    .command("lint")
    .description("check credential specs and workloads in manifests before they reach a cluster");
  addPathOptions(command, "files, folders, or - for stdin; can be given several times")
    .option("--closed", "credential specs and grants of workloads must be in the manifests")
    .option(
      "--cluster",
      "credential specs and grants of workloads must be in the manifests or in a cluster",
    )
    .option("--strict", "the same as --fail-on warning")
    .addOption(suppressOption("findings", CODES))
    .addOption(failOnOption(["error", "warning"]))
    .option(
      "--fix",
      "correct problems that have only one right answer, in the files; print the corrected text of stdin",
    )
    .option("--dry-run", "with --fix, print the differences instead of writing")
    .addOption(namespaceOption("namespace of objects that name none (default: default)"))
    .addOption(reportOption())
    .addHelpText("after", HELP)
    .action(async (paths: string[], options: Options) => {
      const lives = options.cluster === true ? await liveCluster(command, options) : undefined;
      await lint(paths, options, { terminal, ...lives });
    });
}

/** Where to report, and the cluster to use in addition to the manifests. */
interface Where {
  terminal: Terminal;
  namespace?: string;
  live?: SeenCluster;
}

async function liveCluster(
  command: Command,
  { namespace, closed = false }: Options,
): Promise<Omit<Where, "terminal">> {
  if (closed) {
    const message = "--closed uses manifests only, but --cluster uses a cluster as well";
    throw new Failure(message, "Give only one of the two.", EXIT.usage);
  }
  const [{ kubeConfigOf, namespaceOf }, { seeCluster }] = await Promise.all([
    import("../../options/cluster-options"),
    import("./live-cluster"),
  ]);
  const kubeConfig = await kubeConfigOf(command);
  const named = namespaceOf(namespace === undefined ? {} : { namespace }, kubeConfig);
  return {
    ...(named === undefined ? {} : { namespace: named }),
    live: await seeCluster(kubeConfig),
  };
}

async function lint(paths: string[], options: Options, where: Where): Promise<void> {
  const { terminal, live } = where;
  const [{ hasSources, readSources, saySkipped, skippedNote }, { lintManifests }] =
    await Promise.all([import("../../manifests/sources"), import("./lint-manifests")]);
  const sayWhatElse = ({ repository, report, note }: Result): void => {
    const { verbose = false } = options;
    for (const unknown of live?.unknown ?? []) terminal.say(`unknown: ${unknown}`);
    saySkipped(terminal, repository, { command: "lint", verbose });
    terminal.note(`${summary(report)}${skippedNote(repository, verbose)}`);
    if (note !== undefined) terminal.note(note);
  };
  const sources = { ...options, paths };
  if (!hasSources(sources)) {
    throw new Failure(
      "missing files or folders to check, as in `gmsa lint .`",
      "See `gmsa lint --help`.",
      EXIT.usage,
    );
  }
  refuseUsage(options, paths);
  const { closed = false } = options;
  const namespace = where.namespace ?? options.namespace ?? "default";
  const known = { namespace, closed, ...(live === undefined ? {} : { live }) };
  const read = await readSources(sources);
  const suppress = knownCodes(options.suppress);
  // Suppressed findings are not fixed either.
  const lintAll: Lint = async repository => {
    const report = await lintManifests(repository, known);
    return { ...report, findings: report.findings.filter(({ code }) => !suppress.includes(code)) };
  };
  const result = await results(read, lintAll, options, terminal);
  await print(forReport(terminal, options, read), options, result);
  sayWhatElse(result);
  const isBad = result.report.findings.some(({ level }) => failingLevels(options).includes(level));
  process.exitCode = isBad || !result.isWritten ? EXIT.failed : EXIT.ok;
}

/** @throws Failure if two results would be printed on stdout. */
function refuseUsage(options: Options, paths: readonly string[]): void {
  const { fix, dryRun, output, filename = [] } = options;
  if (fix !== true && dryRun === true) {
    throw new Failure(
      "--dry-run needs --fix",
      "Give both: gmsa lint . --fix --dry-run",
      EXIT.usage,
    );
  }
  if (fix !== true || output === "table") return;
  if (dryRun === true || [...paths, ...filename].includes("-")) {
    const what =
      dryRun === true ? "--dry-run prints differences" : "--fix prints the text of stdin";
    throw new Failure(`${what}, so a report cannot be printed as well`, "Remove -o.", EXIT.usage);
  }
}

interface Result {
  repository: Repository;
  report: LintReport;
  /** The summary of the fixes. */
  note?: string;
  isWritten: boolean;
}

async function results(
  read: Repository,
  lintAll: Lint,
  { fix = false, dryRun: isDryRun = false }: Options,
  terminal: Terminal,
): Promise<Result> {
  if (!fix) return { repository: read, report: await lintAll(read), isWritten: true };
  const { fixRepository, fixSummary } = await import("./fix/fix-run");
  const fixed = await fixRepository(read, lintAll, { isDryRun, terminal });
  return { ...fixed, note: fixSummary(fixed, isDryRun) };
}

/** Prints findings on stderr if stdout has a text or differences. */
function forReport(
  terminal: Terminal,
  { fix = false, dryRun = false }: Options,
  { texts }: Repository,
): Terminal {
  const isTaken = fix && (dryRun || texts.get("stdin")?.origin === "stdin");
  if (!isTaken) return terminal;
  const say = (text: string): void => {
    terminal.say(text);
  };
  return { ...terminal, colours: terminal.colours, print: say };
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
    rows: findings,
    table: () => describeDiagnostics(findings, terminal.colours),
    findings: () => findings,
    junit: () => casesOfFindings(filesOf(repository), findings, failingLevels(options)),
  });
}

/** @throws Failure if a code does not exist. */
function knownCodes(codes: readonly string[] = []): readonly string[] {
  const unknown = codes.find(code => !CODES.includes(code));
  if (unknown === undefined) return codes;
  throw new Failure(
    `there is no code "${unknown}"`,
    "Run `gmsa explain lint` to list the codes.",
    EXIT.usage,
  );
}

function failingLevels({ strict = false, failOn }: Options): Diagnostic["level"][] {
  return strict || failOn === "warning" ? ["error", "warning"] : ["error"];
}

/** The files with objects for a cluster, valid or not. */
function filesOf({ files, skipped }: Repository): string[] {
  const left = new Set(skipped.map(({ file }) => file));
  return [...new Set(files)].filter(file => !left.has(file));
}

function summary({ findings, credspecs, workloads, others }: LintReport): string {
  const count = (wanted: string): number => findings.filter(({ level }) => level === wanted).length;
  const notes = count("information");
  const looked = [
    pluralize(credspecs, "credential spec"),
    pluralize(workloads, "GMSA workload"),
  ].join(", ");
  return (
    `${looked}, ${pluralize(others, "other object")}: ` +
    `${pluralize(count("error"), "error")}, ${pluralize(count("warning"), "warning")}` +
    (notes === 0 ? "" : `, ${notes} for information`)
  );
}
