import type { Document, LineCounter } from "yaml";

import type { FieldPath } from "../../rules/problem";

/**
 * On which lines and columns of a YAML or JSON document fields are, and how they are written. The parser that
 * knows this is slow, so it runs when the first line is asked for. It takes every scalar as a text: what
 * values are is for kubectl-yaml.ts alone to say.
 */
export class FieldLines {
  #parsed: Parsed | undefined;

  /** @param firstLine of the document in its file, from 0. */
  constructor(
    private readonly text: string,
    private readonly firstLine = 0,
  ) {}

  /** The line, from 1, of a field. Where the path leads out of the document, of the last field that is there. */
  lineOf(path: FieldPath): number {
    return this.firstLine + this.#placeOf(path).line;
  }

  /** The column, from 1, in which the value of this field begins. */
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

  /** A scalar as it is written, if it is not in quotes; undefined for everything else. */
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
  /** By aliases too. */
  nodeAt: (path: FieldPath) => unknown;
  isPlain: (node: unknown) => node is { source: string };
}

function parsed(text: string): Parsed {
  // Not imported: most commands that read manifests have nothing to say of a line.
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
