/**
 * Pure: parses templates of `kubectl -o jsonpath`, such as `{range .items[*]}{.name}{"\n"}{end}`, and
 * converts their paths to RFC 9535.
 *
 * Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
import { pathOf, type Path } from "./path";
import { TemplateError, unquoted } from "./scan";

export type TemplateNode =
  | { text: string }
  | { path: Path }
  | { range: Path; body: TemplateNode[] };

/** @throws TemplateError if kubectl refuses it as well. */
export function parseTemplate(template: string): TemplateNode[] {
  const parser = new Parser(template);
  return parser.nodes(false);
}

const RANGE = /^range\s+(?<path>.+)$/s;

class Parser {
  readonly #template: string;
  #at = 0;

  constructor(template: string) {
    this.#template = template;
  }

  nodes(isInRange: boolean): TemplateNode[] {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const text = this.#text();
      if (text !== "") nodes.push({ text });
      const action = this.#action();
      if (action === undefined) {
        if (isInRange) throw new TemplateError("{range} is without {end}");
        return nodes;
      }
      if (action === "end") {
        if (isInRange) return nodes;
        throw new TemplateError("{end} is without {range}");
      }
      nodes.push(this.#node(action));
    }
  }

  #node(action: string): TemplateNode {
    const range = RANGE.exec(action)?.groups?.path;
    if (range !== undefined) return { range: pathOf(range), body: this.nodes(true) };
    if (/^["']/.test(action)) return { text: unquoted(action) };
    if (/^-?\d+(?:\.\d+)?$/.test(action)) return { text: action };
    return { path: pathOf(action) };
  }

  /** Reads the text before the next brace. */
  #text(): string {
    const next = this.#template.indexOf("{", this.#at);
    const text = this.#template.slice(this.#at, next === -1 ? undefined : next);
    this.#at += text.length;
    return text;
  }

  /** Reads an action in braces. Undefined at the end. */
  #action(): string | undefined {
    const rest = this.#template.slice(this.#at);
    if (rest === "") return undefined;
    // Braces may occur inside quotes.
    const [whole, action = ""] =
      /^\{((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'{}])*)\}/s.exec(rest) ?? [];
    if (whole === undefined) throw new TemplateError("{ is without }");
    this.#at += whole.length;
    return action.trim();
  }
}
