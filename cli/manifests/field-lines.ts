import { LineCounter, isNode, parseAllDocuments } from "yaml";
import type { Document } from "yaml";

/** The fields and indices that lead to a value, such as `["spec", "containers", 0, "name"]`. */
export type FieldPath = readonly (string | number)[];

/**
 * On which lines of a YAML or JSON text fields are. The parser that knows this is slow, so it runs
 * when the first line is asked for.
 */
export class FieldLines {
  #documents: readonly Document[] | undefined;
  readonly #lines = new LineCounter();

  constructor(private readonly text: string) {}

  /**
   * The line, from 1, of a field in one of the text's documents. Where the path leads out of what
   * is there, that of the last field that is.
   */
  lineOf(document: number, path: FieldPath): number {
    const content = this.#parsed()[document];
    for (let length = path.length; length > 0; length--) {
      const node = content?.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.#lineAt(node.range[0]);
    }
    return this.#lineAt(content?.contents?.range?.[0] ?? 0);
  }

  #parsed(): readonly Document[] {
    this.#documents ??= [
      ...parseAllDocuments(this.text, { merge: true, lineCounter: this.#lines }),
    ];
    return this.#documents;
  }

  #lineAt(offset: number): number {
    return this.#lines.linePos(offset).line;
  }
}
