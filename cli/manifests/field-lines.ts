import type { Document, LineCounter } from "yaml";

import type { FieldPath } from "../../rules/problem";

/**
 * On which lines of a YAML or JSON text fields are. The parser that knows this is slow, so it runs
 * when the first line is asked for.
 */
export class FieldLines {
  #parsed: Parsed | undefined;

  constructor(private readonly text: string) {}

  /**
   * The line, from 1, of a field in one of the text's documents. Where the path leads out of what
   * is there, that of the last field that is.
   */
  lineOf(document: number, path: FieldPath): number {
    const { documents, lines, isNode } = (this.#parsed ??= parsed(this.text));
    const lineAt = (offset = 0): number => lines.linePos(offset).line;
    const content = documents[document];
    for (let length = path.length; length > 0; length--) {
      const node = content?.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return lineAt(content?.contents?.range?.[0]);
  }
}

interface Parsed {
  documents: readonly Document[];
  lines: LineCounter;
  isNode: (typeof import("yaml"))["isNode"];
}

function parsed(text: string): Parsed {
  // Not imported: most commands that read manifests have nothing to say of a line.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require("yaml") as typeof import("yaml");
  const lines = new yaml.LineCounter();
  const documents = [...yaml.parseAllDocuments(text, { merge: true, lineCounter: lines })];
  return { documents, lines, isNode: yaml.isNode };
}
