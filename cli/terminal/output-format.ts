/** The option `-o`, as in kubectl. */
import { InvalidArgumentError, Option } from "commander";
import { readFileSync } from "node:fs";

import { FILE_ERRORS } from "../../kube/file-errors";
import { parseColumnLines, parseColumns, type Column } from "./jsonpath/column-list";
import { TemplateError } from "./jsonpath/scan";
import { parseTemplate, type TemplateNode } from "./jsonpath/template";

/** The template of `-o jsonpath=...`. */
export interface Template {
  nodes: readonly TemplateNode[];
  asJson: boolean;
}

/** The columns of `-o custom-columns=...`. */
export interface CustomColumns {
  columns: readonly Column[];
}

/** The template of `-o go-template=...`. */
export interface GoTemplate {
  goTemplate: string;
}

/** A format with a text of the user. */
export type CustomFormat = Template | CustomColumns | GoTemplate;

/** The formats that every result has, and those that only some results have. */
export type OutputFormat = "table" | "json" | "yaml" | "wide" | "name" | CustomFormat;

const TEMPLATE_FORMATS = [
  "jsonpath=",
  "jsonpath-file=",
  "custom-columns=",
  "custom-columns-file=",
  "go-template=",
  "go-template-file=",
] as const;

/** @param more formats that this result has in addition to the common ones. */
export function outputOption(more: readonly ("wide" | "name")[] = []): Option {
  const words = ["table", ...more, "json", "yaml"];
  return formatOption("how to print the result", words).default("table");
}

/** The option `--no-headers`, which commander stores as `headers`. */
export function noHeadersOption(): Option {
  return new Option("--no-headers", "print tables without column headings");
}

/** The option `-o` with these words and with templates. */
export function formatOption(description: string, words: readonly string[]): Option {
  const option = new Option("-o, --output <format>", description);
  option.argChoices = [...words, ...TEMPLATE_FORMATS];
  return option.argParser((text: string): string | CustomFormat => {
    if (words.includes(text)) return text;
    const { kind = "", value = "" } =
      /^(?<kind>[a-z-]+)(?:=(?<value>.*))?$/s.exec(text)?.groups ?? {};
    if (kind.startsWith("custom-columns")) return columnsOf(kind, value);
    if (kind.startsWith("jsonpath")) return templateOf(kind, value);
    if (GO_TEMPLATE.test(kind)) return goTemplateOf(kind, value);
    const choices = [...words, ...TEMPLATE_FORMATS].join(", ");
    throw new InvalidArgumentError(`Allowed choices are ${choices}.`);
  });
}

/** kubectl has older names for them too. */
const GO_TEMPLATE = /^(?:go-template|template|go-template-file|templatefile)$/;

function goTemplateOf(kind: string, value: string): GoTemplate {
  return parsed(kind, value, text => ({
    goTemplate: kind.endsWith("file") ? textOf(text) : text,
  }));
}

function columnsOf(kind: string, value: string): CustomColumns {
  if (!["custom-columns", "custom-columns-file"].includes(kind)) {
    throw new InvalidArgumentError("It must be custom-columns= or custom-columns-file=.");
  }
  const columns = parsed(kind, value, text =>
    kind === "custom-columns" ? parseColumns(text) : parseColumnLines(textOf(text)),
  );
  return { columns };
}

function templateOf(kind: string, value: string): Template {
  if (!["jsonpath", "jsonpath-file", "jsonpath-as-json"].includes(kind)) {
    throw new InvalidArgumentError("It must be jsonpath=, jsonpath-file= or jsonpath-as-json=.");
  }
  const nodes = parsed(kind, value, text =>
    parseTemplate(kind === "jsonpath-file" ? textOf(text) : text),
  );
  return { nodes, asJson: kind === "jsonpath-as-json" };
}

function parsed<Parsed>(kind: string, value: string, parse: (text: string) => Parsed): Parsed {
  if (value === "") throw new InvalidArgumentError(`Write it as -o ${kind}=..., with no space.`);
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new InvalidArgumentError(`${error.message}. See \`gmsa explain cli\`.`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new InvalidArgumentError(`${file} cannot be read: ${FILE_ERRORS[code] ?? message}.`);
  }
}
