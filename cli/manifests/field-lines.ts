import type { Document, LineCounter } from "yaml";

import type { FieldPath } from "../../rules/problem";

/**
 * The lines and columns of fields in a YAML or JSON document, and their source text. The parser that knows
 * positions is slow, so it runs only when the first line is needed. It reads every scalar as a string,
 * because only kubectl-yaml.ts decides on types.
 */
export class FieldLines {
  #parsed: Parsed | undefined;

  /** @param firstLine the document's first line in its file, starting at 0. */
  constructor(
    private readonly text: string,
    private readonly firstLine = 0,
  ) {}

  /** The line of a field, starting at 1. If the path does not exist, the line of its last existing part. */
  lineOf(path: FieldPath): number {
    return this.firstLine + this.#placeOf(path).line;
  }

  /** The column of a field's value, starting at 1. */
  columnOf(path: FieldPath): number {
    return this.#placeOf(path).col;
  }

  #placeOf(path: FieldPath): { line: number; col: number } {
    const { document, lines, isNode } = (this.#parsed ??= parsed(this.text));
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]);
    }
    return lines.linePos(document.contents?.range?.[0] ?? 0);
  }

  /** The source text of an unquoted scalar. Undefined for any other value. */
  plainAt(path: FieldPath): string | undefined {
    const { nodeAt, isPlain } = (this.#parsed ??= parsed(this.text));
    const node = nodeAt(path);
    return isPlain(node) ? node.source : undefined;
  }
}

interface Parsed {
  document: Document;
  lines: LineCounter;
  isNode: (typeof import("yaml"))["isNode"];
  /** Resolves aliases too. */
  nodeAt: (path: FieldPath) => unknown;
  isPlain: (node: unknown) => node is { source: string };
}

function parsed(text: string): Parsed {
  // Loaded on demand, because most commands that read manifests do not report lines.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require("yaml") as typeof import("yaml");
  const lines = new yaml.LineCounter();
  const options = { merge: true, uniqueKeys: false, lineCounter: lines, schema: "failsafe" };
  const [document = new yaml.Document()] = yaml.parseAllDocuments(text, options);
  const resolved = (node: unknown): unknown => (yaml.isAlias(node) ? node.resolve(document) : node);
  return {
    document,
    lines,
    isNode: yaml.isNode,
    nodeAt: path =>
      path.reduce<unknown>(
        (node, key) => (yaml.isCollection(node) ? resolved(node.get(key, true)) : undefined),
        document.contents,
      ),
    isPlain: (node): node is { source: string } =>
      yaml.isScalar(node) && node.type === "PLAIN" && node.source !== undefined,
  };
}
