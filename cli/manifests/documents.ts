/**
 * Splits a text into documents like kubectl, before YAML is parsed: at lines that begin with ---. JSON values
 * may follow each other without a separator.
 *
 * Source: YAMLReader and YAMLOrJSONDecoder of k8s.io/apimachinery/pkg/util/yaml.
 */
import { YAMLException } from "js-yaml";

import { placeholderIn } from "../../rules/placeholder";
import { endOfValue } from "./json-nesting";
import { NumberOutsideJson, parseYaml } from "./kubectl-yaml";

/** A document with its source text. */
export interface TextDocument {
  text: string;
  /** The first line of the document in the whole text, starting at 0. */
  firstLine: number;
  /** The position of its first character. */
  start: number;
  value: unknown;
  /** Set if kubectl cannot read the document. Then the value is undefined. */
  failure?: DocumentProblem;
  /** A probable mistake that kubectl reads without an error. */
  doubt?: DocumentProblem;
}

export interface DocumentProblem {
  /** Line in the whole text, starting at 1. */
  line: number;
  /** Starts at 1. */
  column: number;
  problem: string;
  remedy: string;
}

/** All documents, including empty ones. */
export function documentsIn(text: string): TextDocument[] {
  const found: TextDocument[] = [];
  let rest = text;
  let firstLine = 0;
  // JSON is much faster to parse than YAML. A text that is not JSON may still be YAML.
  for (let json = jsonAt(rest); json !== undefined; json = jsonAt(rest)) {
    const start = text.length - rest.length;
    found.push({ text: rest.slice(0, json.end), firstLine, start, value: json.value });
    firstLine += linesIn(rest.slice(0, json.end));
    rest = rest.slice(json.end);
  }
  if (rest.trim() === "") return found;
  const before = text.length - rest.length;
  if (found.length > 1) return [...found, { ...afterJson(rest, firstLine), start: before }];
  for (const part of partsOf(rest)) {
    const read = documentOf(part.text, firstLine + part.firstLine, part.separator);
    found.push({ ...read, start: before + part.start });
  }
  return found;
}

/** A JSON object at the start of a text. */
function jsonAt(text: string): { value: unknown; end: number } | undefined {
  const end = /^\s*\{/.test(text) ? endOfValue(text) : undefined;
  if (end === undefined) return undefined;
  try {
    return { value: JSON.parse(text.slice(0, end)), end };
  } catch {
    // The YAML parser then reports the problem and its position.
    return undefined;
  }
}

/** kubectl changes from JSON to YAML only after the first object. */
function afterJson(rest: string, firstLine: number): Read {
  const before = rest.slice(0, rest.search(/\S/));
  const failure = {
    line: firstLine + linesIn(before) + 1,
    column: before.length - before.lastIndexOf("\n"),
    problem: "kubectl reads only JSON after the second JSON object",
    remedy: "Put --- between all objects, or use a file for each.",
  };
  return { text: rest, firstLine, value: undefined, failure };
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}

interface Part {
  text: string;
  firstLine: number;
  start: number;
  /** The text after the previous --- on its line. kubectl accepts only a comment there. */
  separator: string;
}

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  let firstLine = 0;
  let separator = "";
  for (const { index, 0: line } of text.matchAll(/^---.*(?:\r?\n)?/gm)) {
    parts.push({ text: text.slice(from, index), firstLine, start: from, separator });
    firstLine += linesIn(text.slice(from, index + line.length));
    from = index + line.length;
    const after = line.slice("---".length).trim();
    separator = after.startsWith("#") ? "" : after;
  }
  return [...parts, { text: text.slice(from), firstLine, start: from, separator }];
}

/** A document without its position. */
type Read = Omit<TextDocument, "start">;

function documentOf(text: string, firstLine: number, separator: string): Read {
  if (separator !== "") {
    const line = Math.max(1, firstLine);
    const problem = `kubectl ignores the rest of the line after --- (${separator})`;
    const failure = { line, column: 1, problem, remedy: "Write it on the next line." };
    return { text, firstLine, value: undefined, failure };
  }
  try {
    return { text, firstLine, value: parseYaml(text) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (error instanceof NumberOutsideJson) return infiniteIn(text, firstLine, error);
    return duplicateIn(text, firstLine, error) ?? unreadable(text, firstLine, error);
  }
}

function unreadable(text: string, firstLine: number, error: YAMLException): Read {
  const failure = {
    ...placeOf(error, firstLine),
    problem: error.reason,
    remedy: remedyFor(text, placeOf(error, 0).line - 1),
  };
  return { text, firstLine, value: undefined, failure };
}

/** An infinite number or NaN, in the syntax of YAML, after a key, a dash or a bracket. */
const INFINITE = /(?<=(?:^|[\s[{,:-]))[-+]?\.(?:inf|nan)\b/im;

/** Searches the text for the position, which is unknown after parsing. */
function infiniteIn(text: string, firstLine: number, { reason }: NumberOutsideJson): Read {
  const found = INFINITE.exec(text);
  const before = text.slice(0, found?.index ?? 0).split("\n");
  const failure = {
    line: firstLine + before.length,
    column: (before.at(-1) ?? "").length + 1,
    problem: reason,
    remedy: `If it is a text, put it in quotes: "${found?.[0] ?? ""}".`,
  };
  return { text, firstLine, value: undefined, failure };
}

function remedyFor(text: string, line: number): string {
  if (/^%/m.test(text)) {
    return "kubectl does not read directives: it splits a file at --- first. Remove the line that begins with %.";
  }
  if (isTemplate(text)) return RENDER_FIRST;
  const placeholder = placeholderIn(text.split("\n")[line] ?? "");
  return placeholder === undefined
    ? ""
    : `Write a value instead of the placeholder ${placeholder}.`;
}

/** The remedy for a template that is not rendered. */
export const RENDER_FIRST =
  "It looks like a template. Render it first, for example with `helm template … | gmsa lint -f -`.";

/** Whether a text has placeholders of Helm or of another template engine. */
export function isTemplate(text: string): boolean {
  return /\{\{[^{}]*\}\}|\{%.*%\}/.test(text);
}

/** kubectl accepts duplicate keys. */
function duplicateIn(text: string, firstLine: number, error: YAMLException): Read | undefined {
  if (error.reason !== "duplicated mapping key") return undefined;
  try {
    const value = parseYaml(text, { isLenient: true });
    const problem = "this key is in the same mapping twice, and kubectl reads the last one";
    const doubt = { ...placeOf(error, firstLine), problem, remedy: "Remove one of them." };
    return { text, firstLine, value, doubt };
  } catch (other) {
    if (!(other instanceof YAMLException)) throw other;
    return unreadable(text, firstLine, other);
  }
}

/** js-yaml has no position for errors after parsing. */
function placeOf(error: YAMLException, firstLine: number): { line: number; column: number } {
  const mark = error.mark as { line: number; column: number } | undefined;
  return { line: firstLine + (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
}
