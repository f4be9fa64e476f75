/** The option `-o` of commands that report problems in files. */
import type { Option } from "commander";

import { printResult } from "../../terminal/output";
import { formatOption, type OutputFormat } from "../../terminal/output-format";
import type { Terminal } from "../../terminal/terminal";
import type { Diagnostic } from "../diagnostic";
import type { JUnitSuite } from "./junit";

export type ReportFormat = Exclude<OutputFormat, "wide" | "name"> | "junit" | "sarif" | "github";

/** The report in each of the formats. */
export interface Reported {
  /** Such as `gmsa lint`. */
  name: string;
  value: object;
  /** The rows of `-o custom-columns`. */
  rows: readonly object[];
  table: () => string;
  findings: () => readonly Diagnostic[];
  junit: () => readonly JUnitSuite[];
}

export function reportOption(): Option {
  const words = ["table", "json", "yaml", "junit", "sarif", "github"];
  return formatOption("how to print the result", words).default("table");
}

/** Prints a report. In the GitHub format, a report without findings prints nothing. */
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
    default:
      await printResult(terminal, format, reported);
  }
}
