import { Command, InvalidArgumentError } from "commander";

import {
  printReport,
  reportOption,
  type ReportFormat,
} from "../../manifests/reports/report-format";
import { kubeConfigOf } from "../../options/cluster-options";
import { addPathOptions, type PathOptions } from "../../options/path-options";
import { EXIT, Failure } from "../../terminal/failure";
import { noHeadersOption } from "../../terminal/output-format";
import type { Terminal } from "../../terminal/terminal";
import type { Report } from "./dry-run-report";
import { namespaceOption } from "../../options/option-types";

const HELP = `
Without --cluster, only the files count: their credential specs as an API server would store them, and
their Roles and bindings. With it, each Pod is sent to the API server as a dry run, and the other objects
in the files do not count.

Examples:
  # Would these Pods be admitted, given the credential specs and the RBAC beside them?
  gmsa test -f examples/ -R

  # The output of kustomize or Helm
  gmsa test -k overlays/production
  helm template shop ./chart | gmsa test -f -

  # Against the cluster as it is; nothing is created
  gmsa test -f deployment.yaml --cluster -n shop

  # A suite of Pods with their expected outcomes, in CI
  gmsa test --suite suite.yaml --junit report.xml

  # All suites of a repository, or all of its Pods if it has none
  gmsa test .
  gmsa test . --run 'may not' --fail-only

With --cluster, you need the right to create pods in their namespaces.

Exit codes: 0 all Pods are admitted and the files have no errors, or all cases are as expected; 1 otherwise;
2 wrong usage.`;

export interface TestOptions extends PathOptions {
  paths: string[];
  namespace?: string;
  suite?: string[];
  cluster?: boolean;
  output: ReportFormat;
  junit?: string;
  run?: RegExp;
  failOnly?: boolean;
  headers: boolean;
}

/** Adds `gmsa test`. */
export function addTest(program: Command, terminal: Terminal): void {
  const command = program
    .command("test")
    .description(
      "predict whether Pods and workloads would be admitted, from manifests or against a cluster",
    );
  addPathOptions(command, "files, folders, or - for stdin; with suites, the manifests beside them")
    .addOption(namespaceOption("namespace of objects that name none (default: default)"))
    .option("--suite <file...>", "files with cases and their expected outcomes")
    .option(
      "--run <pattern>",
      "only cases, or Pods, whose name this regular expression matches",
      parsePattern,
    )
    .option("--fail-only", "list failures only")
    .option("--cluster", "check against a cluster, with dry runs")
    .addOption(reportOption())
    .addOption(noHeadersOption())
    .option("--junit <file>", "write the result as JUnit XML as well")
    .addHelpText("after", HELP)
    .action(async (paths: string[], options: Omit<TestOptions, "paths">) => {
      await test({ ...options, paths }, command, terminal);
    });
}

/** @throws InvalidArgumentError, which commander shows with the option's name. */
function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

async function test(options: TestOptions, command: Command, terminal: Terminal): Promise<void> {
  const [{ clusterBackends, manifestBackends }, { reportOf }, { hasSources, saySkipped }] =
    await Promise.all([
      import("./backends"),
      import("./dry-run-report"),
      import("../../manifests/sources"),
    ]);
  if (!hasSources(options) && options.suite === undefined) {
    throw new Failure(
      "missing manifests (-f) or suites (--suite)",
      "See `gmsa test --help`.",
      EXIT.usage,
    );
  }
  const { namespace } = options;
  const backends =
    options.cluster === true
      ? await clusterBackends(await kubeConfigOf(command), namespace)
      : manifestBackends(namespace ?? "default");
  const report = await terminal.whileReading("Try the Pods", () => reportOf(options, backends));
  for (const complaint of backends.complaints) {
    terminal.say(complaint);
  }
  if (options.junit !== undefined) {
    await writeJUnit(options.junit, report);
  }
  await printReport(terminal, options.output, {
    name: "gmsa test",
    get value() {
      return report.value();
    },
    get rows() {
      return report.rows();
    },
    table: () => report.table(terminal.colours),
    findings: () => report.findings(),
    junit: () => report.junit(),
  });
  saySkipped(terminal, report, { command: "test", verbose: options.verbose ?? false });
  process.exitCode = report.healthy ? EXIT.ok : EXIT.failed;
}

/** @throws Failure if the file cannot be written. */
async function writeJUnit(file: string, report: Report): Promise<void> {
  const [{ writeFile }, { junitXml }] = await Promise.all([
    import("node:fs/promises"),
    import("../../manifests/reports/junit"),
  ]);
  try {
    await writeFile(file, `${junitXml("gmsa test", report.junit())}\n`);
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
  }
}
