/** Pure: converts the paths of kubectl to RFC 9535 queries. */
import { TemplateError, unquoted } from "./scan";

/** Selectors of one step. kubectl lists all results of the first selector before those of the second. */
export type Step = readonly string[];
export type Path = readonly Step[];

/** A name ends at one of these characters, unless a backslash precedes it. */
const NAME = /^(?:\\.|[^\\.,[\]$@{}\s])+/s;
const SLICE = /^-?\d*(?::-?\d*){1,2}$/;
const COMPARISON = /^(?<left>[^!<>=]+?)\s*(?<operator>[!<>=]+)\s*(?<right>.+)$/s;
const OPERATORS = ["==", "!=", "<", "<=", ">", ">="];

/**
 * The selectors of a path in RFC 9535 syntax, one entry per step.
 *
 * @param text such as `.items[*].metadata.name`; a leading `$` or `@` has no effect.
 * @throws TemplateError if it is not a path.
 */
export function pathOf(text: string): Path {
  const steps: Step[] = [];
  let rest = text.replace(/^[$@]/, "");
  while (rest !== "") {
    const { step, length } = nextStep(rest, text);
    steps.push(step);
    rest = rest.slice(length);
  }
  return steps;
}

function nextStep(rest: string, path: string): { step: Step; length: number } {
  const dots = rest.startsWith("..") ? ".." : "";
  const before = dots === "" && rest.startsWith(".") ? "." : dots;
  const after = rest.slice(before.length);
  if (after.startsWith("[") && before !== ".") {
    const inner = bracketed(after, path);
    const step = selectorsIn(inner).map(selector => `${dots}${selector}`);
    return { step, length: before.length + inner.length + 2 };
  }
  const [name] = NAME.exec(after) ?? [];
  if (before === "" || name === undefined) throw new TemplateError(`"${path}" is not a path`);
  return { step: [`${dots}${nameSelector(name)}`], length: before.length + name.length };
}

function nameSelector(name: string): string {
  return name === "*" ? "[*]" : `[${JSON.stringify(name.replace(/\\(.)/gs, "$1"))}]`;
}

/** The bracketed part at the start of a text. */
function bracketed(text: string, path: string): string {
  const pattern = /^\[((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\[[^\]]*\]|[^"'[\]])*)\]/s;
  const [, inner] = pattern.exec(text) ?? [];
  if (inner === undefined) throw new TemplateError(`"${path}" has [ without ]`);
  return inner;
}

function selectorsIn(inner: string): string[] {
  const text = inner.trim();
  return text.startsWith("?") ? [filter(text)] : text.split(/\s*,\s*/).map(selector);
}

function selector(text: string): string {
  if (text === "*") return "[*]";
  if (/^-?\d+$/.test(text) || SLICE.test(text)) return `[${text}]`;
  // kubectl reads a path in single quotes: 'metadata.name' is the field `name` of `metadata`.
  if (/^'[^']*'$/.test(text)) return joined(`.${text.slice(1, -1)}`);
  throw new TemplateError(`[${text}] is not an index, a slice, a filter or 'a.name'`);
}

/** A filter, such as `?(@.kind=="Pod")`. */
function filter(text: string): string {
  const [, condition] = /^\?\s*\((.*)\)$/s.exec(text) ?? [];
  if (condition === undefined) throw new TemplateError(`[${text}] is not a filter: [?(...)]`);
  const { left, operator, right } = COMPARISON.exec(condition.trim())?.groups ?? {};
  if (left === undefined || operator === undefined || right === undefined) {
    return `[?${operand(condition.trim())}]`;
  }
  if (!OPERATORS.includes(operator)) {
    throw new TemplateError(
      `[${text}] has ${operator}, which is not one of ${OPERATORS.join(" ")}`,
    );
  }
  return `[?${operand(left)} ${operator} ${operand(right)}]`;
}

function operand(text: string): string {
  if (/^["']/.test(text)) return JSON.stringify(unquoted(text));
  if (/^(?:true|false|-?\d+(?:\.\d+)?)$/.test(text)) return text;
  if (!/^[@.]/.test(text)) throw new TemplateError(`${text} is neither a path nor a value`);
  return `@${joined(text)}`;
}

function joined(text: string): string {
  return pathOf(text)
    .map(step => {
      if (step.length > 1) throw new TemplateError(`${text} names several fields at once`);
      return step.join("");
    })
    .join("");
}
