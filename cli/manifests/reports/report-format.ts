/** `-o` of commands that find problems in files. */
import { Option } from "commander";

import { printResult, type OutputFormat } from "../../terminal/output";
import type { Terminal } from "../../terminal/terminal";
import type { Diagnostic } from "../diagnostic";
import type { JUnitSuite } from "./junit";

export type ReportFormat = OutputFormat | "junit" | "sarif" | "github";

/** What can be printed in each of them. */
export interface Reported {
  /** Such as `gmsa lint`. */
  name: string;
  value: object;
  table: () => string;
  findings: () => readonly Diagnostic[];
  junit: () => readonly JUnitSuite[];
}

export function reportOption(): Option {
  return new Option("-o, --output <format>", "how to print the result")
    .choices(["table", "json", "yaml", "junit", "sarif", "github"])
    .default("table");
}

/** Prints a report; what GitHub shows is nothing where there is nothing to show. */
export async function printReport(
  terminal: Terminal,
  format: ReportFormat,
  reported: Reported,
): Promise<void> {
  switch (format) {
    case "junit": {
      const { junitXml } = await import("./junit");
      terminal.print(junitXml(reported.name, reported.junit()));
      return;
    }
    case "sarif": {
      const [{ sarifOf }, { version }] = await Promise.all([
        import("./sarif"),
        import("../../../package.json"),
      ]);
      terminal.print(JSON.stringify(sarifOf(reported.findings(), version), null, 2));
      return;
    }
    case "github": {
      const { githubAnnotations } = await import("./github");
      const findings = reported.findings();
      if (findings.length > 0) terminal.print(githubAnnotations(findings));
      return;
    }
    case "table":
    case "json":
    case "yaml":
      await printResult(terminal, format, reported);
  }
}
