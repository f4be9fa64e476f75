/** Finds the positions of fields in the text of a YAML or JSON document. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";

import type { FieldPath } from "../../../../rules/problem";

/** A scalar with its position in the text. */
export type Written = Scalar & { range: NonNullable<Scalar["range"]> };

/** A field of a mapping. */
export interface Field {
  holder: YAMLMap;
  pair: Pair;
  key: Written;
  value: Node;
}

/** A document with the positions of its values. */
export class Places {
  readonly #document: Document | undefined;

  constructor(readonly text: string) {
    // Like FieldLines, read every scalar as a string.
    const options = { merge: true, uniqueKeys: false, schema: "failsafe" } as const;
    const [document] = parseAllDocuments(text, options) as Document[];
    this.#document = document?.errors.length === 0 ? document : undefined;
  }

  /** The node at a path, with aliases resolved. Undefined if the path does not exist. */
  nodeAt(path: FieldPath): Node | undefined {
    let node = this.#resolved(this.#document?.contents);
    for (const key of path) {
      if (isMap(node)) node = this.#resolved(pairOf(node, key)?.value);
      else if (isSeq(node)) node = this.#resolved(node.items[Number(key)]);
      else return undefined;
    }
    return node;
  }

  /** The field at a path. Undefined if it is not written there. */
  fieldAt(path: FieldPath): Field | undefined {
    const holder = this.nodeAt(path.slice(0, -1));
    const key = path.at(-1);
    if (!isMap(holder) || key === undefined) return undefined;
    const pair = pairOf(holder, key);
    return pair === undefined || !isWritten(pair.key) || !isNodeLike(pair.value)
      ? undefined
      : { holder, pair, key: pair.key, value: pair.value };
  }

  /** The start of the line with this character. */
  lineStart(at: number): number {
    return this.text.lastIndexOf("\n", at - 1) + 1;
  }

  /** The end of the line, before its line break. */
  lineEnd(at: number): number {
    const end = this.text.indexOf("\n", at);
    if (end < 0) return this.text.length;
    return this.text[end - 1] === "\r" && end > at ? end - 1 : end;
  }

  /** The line break of this text. */
  get lineBreak(): string {
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  #resolved(node: unknown): Node | undefined {
    if (isAlias(node))
      return this.#document === undefined ? undefined : node.resolve(this.#document);
    return isNodeLike(node) ? node : undefined;
  }
}

/** Whether a node has a position in the text. */
export function isWritten(node: unknown): node is Written {
  return isScalar(node) && Array.isArray(node.range);
}

/** The end of a value, without trailing blanks and comments. */
export function endOf(node: unknown): number | undefined {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (!isMap(node)) return endOf(last);
    const { key, value } = last as Pair;
    return endOf(value) ?? endOf(key);
  }
  return isNodeLike(node) ? (node.range?.[1] ?? undefined) : undefined;
}

function isNodeLike(node: unknown): node is Node {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
}

/** The last pair of this name, because kubectl reads the last one. */
function pairOf({ items }: YAMLMap, name: string | number): Pair | undefined {
  return items.findLast(({ key }) => isScalar(key) && key.value === String(name));
}
