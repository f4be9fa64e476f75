import { Option } from "commander";

import type { Terminal } from "./terminal";

export type OutputFormat = "table" | "json" | "yaml";

/** `-o`, as kubectl has it. */
export function outputOption(): Option {
  return new Option("-o, --output <format>", "how to print the result")
    .choices(["table", "json", "yaml"])
    .default("table");
}

/** Prints a result; for programs as it is, for people as `table` says. */
export async function printResult(
  terminal: Terminal,
  format: OutputFormat,
  result: { value: object; table: () => string },
): Promise<void> {
  switch (format) {
    case "table":
      terminal.print(result.table());
      return;
    case "json":
      terminal.print(JSON.stringify(result.value, null, 2));
      return;
    case "yaml": {
      const { stringify } = await import("./yaml");
      terminal.print(stringify(result.value, { lineWidth: 0 }).trimEnd());
    }
  }
}
