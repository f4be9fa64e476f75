import type { KubernetesObject } from "@kubernetes/client-node";
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
      const { yamlOf } = await import("./yaml");
      // As JSON has it: without fields that are undefined.
      terminal.print(yamlOf(JSON.parse(JSON.stringify(result.value)) as object).trimEnd());
    }
  }
}

export type ObjectFormat = "yaml" | "json";

/** Prints objects as kubectl takes them, and as it shows them: without `managedFields`. */
export async function printObjects(
  terminal: Terminal,
  objects: readonly KubernetesObject[],
  format: ObjectFormat = "yaml",
): Promise<void> {
  const items = objects.map(plain);
  if (format === "json") {
    terminal.print(JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2));
    return;
  }
  const { yamlOf, yamlStream } = await import("./yaml");
  terminal.print(yamlStream(items.map(yamlOf)).trimEnd());
}

/** As JSON has it: without fields that are undefined, and with times as texts. */
function plain(object: KubernetesObject): object {
  return JSON.parse(JSON.stringify(object, shown)) as object;
}

function shown(key: string, value: unknown): unknown {
  if (key === "managedFields") return undefined;
  // Kubernetes has whole seconds; a Date of JavaScript writes milliseconds.
  return key === "creationTimestamp" ? String(value).replace(/\.000Z$/, "Z") : value;
}
