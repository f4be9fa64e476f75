import { Command, Option } from "commander";

import { kubeConfigOf } from "../../options/cluster-options";
import { EXIT, Failure } from "../../terminal/failure";
import { printResult, type OutputFormat } from "../../terminal/output";
import type { Terminal } from "../../terminal/terminal";
import type { Report } from "./dry-run-report";
import { namespaceOption } from "../../options/option-types";

const HELP = `
Without --cluster, nothing but the files is looked at: credspecs as an API server would store them,
and who may use them by the Roles and bindings among the files. With it, each Pod is sent to the API
server as a dry run, and what is in the files beside the Pods does not count.

Examples:
  # Would these Pods be admitted, given the credspecs and the RBAC beside them?
  gmsa test -f examples/ -R

  # The output of kustomize or Helm
  kubectl kustomize overlays/production | gmsa test -f -

  # By the cluster as it is; nothing is created
  gmsa test -f deployment.yaml --cluster -n shop

  # A suite of Pods with what is expected of each, in CI
  gmsa test --suite examples/suite.yaml --junit report.xml

With --cluster it needs the right to create pods in their namespaces, as whoever creates them.

Exit codes: 0 all Pods are admitted, or all cases are as expected; 1 not so; 2 wrong usage.`;

export interface TestOptions {
  filename?: string[];
  recursive?: boolean;
  namespace?: string;
  suite?: string[];
  cluster?: boolean;
  output: OutputFormat | "junit";
  junit?: string;
}

/** `gmsa test` */
export function addTest(program: Command, terminal: Terminal): void {
  program
    .command("test")
    .description(
      "tell what admission would answer to Pods and workloads, by manifests or a cluster",
    )
    .option(
      "-f, --filename <file...>",
      "files, folders, or - for stdin; with --suite, what there is beside it",
    )
    .option("-R, --recursive", "look into the folders of folders as well")
    .addOption(namespaceOption("namespace of objects that name none (default: default)"))
    .option("--suite <file...>", "files with cases and what is expected of each")
    .option("--cluster", "ask a cluster, by dry runs")
    .addOption(
      new Option("-o, --output <format>", "how to print the result")
        .choices(["table", "json", "yaml", "junit"])
        .default("table"),
    )
    .option("--junit <file>", "write the result as JUnit XML as well")
    .addHelpText("after", HELP)
    .action(async (options: TestOptions, command: Command) => {
      if (options.filename === undefined && options.suite === undefined) {
        throw new Failure(
          "give manifests with -f, or suites with --suite",
          "See gmsa test --help",
          EXIT.usage,
        );
      }
      await test(options, command, terminal);
    });
}

async function test(options: TestOptions, command: Command, terminal: Terminal): Promise<void> {
  const [{ clusterBackends, manifestBackends }, { reportOf }] = await Promise.all([
    import("./backends"),
    import("./dry-run-report"),
  ]);
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
  await print(report, options.output, terminal);
  process.exitCode = report.healthy ? EXIT.ok : EXIT.failed;
}

async function print(
  report: Report,
  output: TestOptions["output"],
  terminal: Terminal,
): Promise<void> {
  if (output === "junit") {
    const { junitXml } = await import("./junit");
    terminal.print(junitXml(report.junit()));
    return;
  }
  await printResult(terminal, output, {
    value: report.value,
    table: () => report.table(terminal.colours),
  });
}

/** @throws Failure if it cannot be written. */
async function writeJUnit(file: string, report: Report): Promise<void> {
  const [{ writeFile }, { junitXml }] = await Promise.all([
    import("node:fs/promises"),
    import("./junit"),
  ]);
  try {
    await writeFile(file, `${junitXml(report.junit())}\n`);
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
  }
}
