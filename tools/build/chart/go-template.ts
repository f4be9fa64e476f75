/**
 * Writes Go templates from data: a tree of plain values, some of which Helm computes, and in which
 * some map entries are conditional.
 */
import { stringify } from "yaml";

/** A value that Helm computes; `text` is the body of a template action that prints JSON. */
export class Expression {
  constructor(readonly body: string) {}
}

/** The value of a map key: one if the condition holds, another otherwise. Undefined omits the key. */
export class Choice {
  constructor(
    readonly condition: string,
    readonly then: Node | undefined,
    readonly otherwise?: Node,
  ) {}
}

/** Plain data that YAML can express, with expressions, and with choices as map values. */
export type Node = null | boolean | number | string | Expression | Node[] | NodeMap;

/** A map whose keys may depend on values. */
export interface NodeMap {
  [key: string]: Node | Choice;
}

/** Whether a node is a map and not an expression or choice object. */
export function isMap(node: unknown): node is NodeMap {
  return typeof node === "object" && node?.constructor === Object;
}

/** Placeholder for what YAML cannot express; the objects must not contain it. */
const MARK = "x-gmsa-template-";

/** Replaces expressions and choices with placeholders, and records the action of each. */
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

  /** The lines of a choice become entries with unique keys, which cannot collide with other entries. */
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

/**
 * Moves an unconditional key to the front: a list item begins on the line of its dash, which cannot
 * hold a condition. Throws if all keys are conditional, because the map could be empty.
 */
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
 * @throws if the tree contains the placeholder text.
 */
export function renderTemplate(tree: Node): string {
  if (JSON.stringify(tree).includes(MARK)) throw new Error(`the objects hold the text ${MARK}`);
  const marked = new Marked();
  // Helm reads YAML 1.1, where `on` and `no` are booleans.
  const text = stringify(marked.plain(tree), { lineWidth: 0, version: "1.1" });
  const action = (index: string): string => marked.actions[Number(index)] ?? "";
  return (
    text
      // Escape text in the objects that looks like a template action, for example in alerts.
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
