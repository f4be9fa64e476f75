/**
 * Go templates made from data: a tree of plain values in which some are computed when Helm renders
 * it, and some entries of maps are there under a condition only.
 */
import { stringify } from "yaml";

/** A value that Helm computes; its text is the body of a template action that prints JSON. */
export class Expression {
  constructor(readonly body: string) {}
}

/** The value of one key of a map under a condition, and that otherwise; undefined: no such key. */
export class Choice {
  constructor(
    readonly condition: string,
    readonly then: Node | undefined,
    readonly otherwise?: Node,
  ) {}
}

/** Plain data as YAML has it, with expressions, and choices as values of maps. */
export type Node = null | boolean | number | string | Expression | Node[] | NodeMap;

/** A map whose keys may depend on values. */
export interface NodeMap {
  [key: string]: Node | Choice;
}

/** Whether a node is a map, and not a value that only looks like one. */
export function isMap(node: unknown): node is NodeMap {
  return typeof node === "object" && node?.constructor === Object;
}

/** Stands for what YAML cannot hold; occurs nowhere else. */
const MARK = "x-gmsa-template-";

/** Replaces what is not plain by marks, and keeps what each stands for. */
class Marked {
  readonly actions: string[] = [];

  plain(node: Node): unknown {
    if (node instanceof Expression) return this.#mark(node.body);
    if (Array.isArray(node)) return node.map(item => this.plain(item));
    if (!isMap(node)) return node;
    return Object.fromEntries(
      unconditionalFirst(node).flatMap(([key, value]) => this.#entries(key, value)),
    );
  }

  /** The lines of a choice become entries of their own, which no other entry can collide with. */
  #entries(key: string, value: Node | Choice): [string, unknown][] {
    if (!(value instanceof Choice)) return [[key, this.plain(value)]];
    const { condition, then, otherwise } = value;
    const entries: [string, unknown][] = [[this.#mark(`if ${condition}`), null]];
    if (then !== undefined) entries.push([key + this.#mark(""), this.plain(then)]);
    if (otherwise !== undefined) {
      entries.push([this.#mark("else"), null], [key + this.#mark(""), this.plain(otherwise)]);
    }
    entries.push([this.#mark("end"), null]);
    return entries;
  }

  #mark(action: string): string {
    return `${MARK}${this.actions.push(action) - 1}.`;
  }
}

/** An item of a list begins on the line of its dash, where no condition can be; nor is a map empty. */
function unconditionalFirst(map: NodeMap): [string, Node | Choice][] {
  const entries = Object.entries(map);
  const first = entries.findIndex(([, value]) => !(value instanceof Choice));
  if (first < 0 && entries.length > 0) {
    throw new Error(`a map whose keys are all conditional: ${Object.keys(map).join(", ")}`);
  }
  return first <= 0 ? entries : [...entries.splice(first, 1), ...entries];
}

/**
 * Writes a template that renders to the tree.
 *
 * @throws if the tree holds the text that stands for an expression while it is written.
 */
export function renderTemplate(tree: Node): string {
  if (JSON.stringify(tree).includes(MARK)) throw new Error(`the objects hold the text ${MARK}`);
  const marked = new Marked();
  // Helm reads YAML 1.1, where `on` and `no` are booleans.
  const text = stringify(marked.plain(tree), { lineWidth: 0, version: "1.1" });
  const action = (index: string): string => marked.actions[Number(index)] ?? "";
  return (
    text
      // What looks like a template in the objects, such as in alerts, stays as it is.
      .replaceAll("{{", '{{ "{{" }}')
      .replace(
        new RegExp(`^ *${MARK}(\\d+)\\.: null$`, "gm"),
        (_, i: string) => `{{- ${action(i)} }}`,
      )
      .replace(new RegExp(`${MARK}(\\d+)\\.`, "g"), (_, i: string) =>
        action(i) === "" ? "" : `{{ ${action(i)} }}`,
      )
  );
}
