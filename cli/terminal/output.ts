import type { KubernetesObject } from "@kubernetes/client-node";
import type { JSONValue } from "json-p3";

import { groupOf, resourceName } from "../../rules/object";
import { Failure } from "./failure";
import { TemplateError } from "./jsonpath/scan";
import type { CustomColumns, CustomFormat, OutputFormat, Template } from "./output-format";
import type { Terminal } from "./terminal";

/** A result in its printable forms. */
export interface Result {
  value: object;
  /** @param isWide includes the columns of `-o wide`, if the result has any. */
  table: (isWide: boolean) => string;
  /** The output of `-o name`. Only set by commands that support it. */
  names?: () => readonly string[];
  /** The rows of `-o custom-columns`. By default the items of a List, or the value as the only row. */
  rows?: readonly object[];
  /** Whether `-o custom-columns` has headings, which is the default. */
  headers?: boolean;
}

/** Prints a result: `value` for programs, `table` for people. */
export async function printResult(
  terminal: Terminal,
  format: OutputFormat,
  result: Result,
): Promise<void> {
  switch (format) {
    case "table":
    case "wide":
      terminal.print(result.table(format === "wide"));
      return;
    case "name":
      printLines(terminal, result.names?.() ?? []);
      return;
    case "json":
      terminal.print(JSON.stringify(result.value, null, 2));
      return;
    case "yaml": {
      const { yamlOf } = await import("./yaml");
      terminal.print(yamlOf(plain(result.value)).trimEnd());
      return;
    }
    default:
      await ofTemplate(() => printCustom(terminal, format, result));
  }
}

async function printCustom(
  terminal: Terminal,
  format: CustomFormat,
  result: Result,
): Promise<void> {
  if ("columns" in format) {
    await printColumns(terminal, format, result);
  } else if ("goTemplate" in format) {
    const { goTemplate } = await import("./kubectl-template");
    terminal.write(goTemplate(format.goTemplate, plain(result.value)));
  } else {
    await printTemplate(terminal, format, result.value);
  }
}

async function printColumns(
  terminal: Terminal,
  { columns }: CustomColumns,
  { value, rows = itemsOf(value), headers }: Result,
): Promise<void> {
  const { customColumns } = await import("./custom-columns");
  printLines(terminal, customColumns(columns, plain(rows) as JSONValue[], headers));
}

function itemsOf(value: object & { kind?: unknown; items?: object[] }): readonly object[] {
  return value.kind === "List" && value.items !== undefined ? value.items : [value];
}

/** @throws Failure if the template cannot be applied to the value. */
async function ofTemplate(print: () => Promise<void>): Promise<void> {
  try {
    await print();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Failure(`-o: ${error.message}`, "-o json prints everything that can be selected.");
  }
}

/** Without lines, print nothing, not an empty line. */
function printLines(terminal: Terminal, lines: readonly string[]): void {
  if (lines.length > 0) terminal.print(lines.join("\n"));
}

/** Prints only the template's output, without a trailing newline, like kubectl. */
async function printTemplate(
  terminal: Terminal,
  { nodes, asJson }: Template,
  value: object,
): Promise<void> {
  const { foundIn, rendered } = await import("./jsonpath/render");
  const asked = plain(value) as JSONValue;
  if (asJson) terminal.print(JSON.stringify(foundIn(nodes, asked), null, 4));
  else terminal.write(rendered(nodes, asked));
}

export type ObjectFormat = Exclude<OutputFormat, "table" | "wide">;

/** Prints objects as kubectl does: without `managedFields`, and in a form that kubectl accepts. */
export async function printObjects(
  terminal: Terminal,
  objects: readonly KubernetesObject[],
  format: ObjectFormat = "yaml",
): Promise<void> {
  const items = objects.map(object => plain(object, shown));
  if (format === "yaml") {
    const { yamlOf, yamlStream } = await import("./yaml");
    terminal.print(yamlStream(items.map(yamlOf)).trimEnd());
    return;
  }
  await printResult(terminal, format, {
    value: { apiVersion: "v1", kind: "List", items },
    table: () => "",
    names: () => objects.map(nameOf),
  });
}

/** A resource name as `kubectl -o name` prints it, such as `rolebinding.rbac.authorization.k8s.io/web`. */
function nameOf({ apiVersion = "", kind = "", metadata }: KubernetesObject): string {
  return resourceName({ group: groupOf({ apiVersion, kind }), kind, name: metadata?.name ?? "" });
}

/** Converts to plain JSON: without undefined fields, and with times as strings. */
function plain(value: object, replacer?: (key: string, of: unknown) => unknown): object {
  return JSON.parse(JSON.stringify(value, replacer)) as object;
}

function shown(key: string, value: unknown): unknown {
  if (key === "managedFields") return undefined;
  // Kubernetes writes whole seconds, JavaScript's Date milliseconds.
  return key === "creationTimestamp" ? String(value).replace(/\.000Z$/, "Z") : value;
}
