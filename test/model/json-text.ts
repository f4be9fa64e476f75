/**
 * A second JSON parser and writer, for the model that the rules are compared with. It keeps
 * duplicate keys, which JSON.parse drops, and shares nothing with JSON.parse.
 *
 * Source: RFC 8259.
 */

/** A JSON value whose objects are lists of members in their order, including duplicates. */
export type Tree =
  | { type: "null" }
  | { type: "boolean"; value: boolean }
  | { type: "number"; text: string }
  | { type: "string"; value: string }
  | { type: "array"; items: Tree[] }
  | { type: "object"; members: [key: string, value: Tree][] };

const WHITE = " \t\n\r";
const SHORT_ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
/** Maximum nesting depth. */
const DEEPEST = 1000;

/** Parses a text; "too deep" beyond a thousand levels, undefined if it is not JSON. */
export function readJson(text: string): Tree | "too deep" | undefined {
  const reader = new Reader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof TooDeep) {
      return "too deep";
    }
    if (error instanceof NotJson) {
      return undefined;
    }
    throw error;
  }
}

class NotJson extends Error {}
class TooDeep extends Error {}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  whole(): Tree {
    const tree = this.#value(0);
    this.#skip();
    if (this.#at !== this.text.length) {
      throw new NotJson();
    }
    return tree;
  }

  #value(depth: number): Tree {
    if (depth > DEEPEST) {
      throw new TooDeep();
    }
    this.#skip();
    switch (this.text.charAt(this.#at)) {
      case "{":
        return { type: "object", members: this.#list("}", () => this.#member(depth)) };
      case "[":
        return { type: "array", items: this.#list("]", () => this.#value(depth + 1)) };
      case '"':
        return { type: "string", value: this.#string() };
      default:
        return this.#word();
    }
  }

  #list<Item>(end: string, item: () => Item): Item[] {
    this.#at++;
    const items: Item[] = [];
    if (this.#takes(end)) {
      return items;
    }
    for (;;) {
      items.push(item());
      if (this.#takes(end)) {
        return items;
      }
      this.#expect(",");
    }
  }

  #member(depth: number): [string, Tree] {
    this.#skip();
    const key = this.#string();
    this.#expect(":");
    return [key, this.#value(depth + 1)];
  }

  #string(): string {
    if (this.text[this.#at] !== '"') {
      throw new NotJson();
    }
    this.#at++;
    let value = "";
    for (;;) {
      const character = this.text[this.#at++];
      if (character === undefined || character < " ") {
        throw new NotJson();
      }
      if (character === '"') {
        return value;
      }
      value += character === "\\" ? this.#escape() : character;
    }
  }

  #escape(): string {
    const letter = this.text[this.#at++] ?? "";
    if (letter !== "u") {
      const character = SHORT_ESCAPES[letter];
      if (character === undefined) {
        throw new NotJson();
      }
      return character;
    }
    const digits = this.text.slice(this.#at, this.#at + 4);
    this.#at += 4;
    if (!/^[\da-f]{4}$/i.test(digits)) {
      throw new NotJson();
    }
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #word(): Tree {
    const start = this.#at;
    while (/[-+.\w]/.test(this.text[this.#at] ?? "")) {
      this.#at++;
    }
    const word = this.text.slice(start, this.#at);
    if (word === "null") {
      return { type: "null" };
    }
    if (word === "true" || word === "false") {
      return { type: "boolean", value: word === "true" };
    }
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) {
      return { type: "number", text: word };
    }
    throw new NotJson();
  }

  #skip(): void {
    while (this.#at < this.text.length && WHITE.includes(this.text.charAt(this.#at))) {
      this.#at++;
    }
  }

  #takes(character: string): boolean {
    this.#skip();
    if (this.text[this.#at] !== character) {
      return false;
    }
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) {
      throw new NotJson();
    }
  }
}

/** Whether an object at any depth has a duplicate key. */
export function hasKeyTwice(tree: Tree): boolean {
  if (tree.type === "array") {
    return tree.items.some(hasKeyTwice);
  }
  if (tree.type !== "object") {
    return false;
  }
  const keys = tree.members.map(([key]) => key);
  return (
    keys.some((key, at) => keys.indexOf(key) !== at) ||
    tree.members.some(([, value]) => hasKeyTwice(value))
  );
}

/**
 * A text that is equal for trees of equal value; the last of duplicate keys counts. JSON.stringify
 * keeps lone surrogates distinct.
 */
export function identityOf(tree: Tree): string {
  switch (tree.type) {
    case "null":
      return "null";
    case "boolean":
      return String(tree.value);
    case "number":
      return `number ${Number(tree.text)}`;
    case "string":
      return JSON.stringify(tree.value);
    case "array":
      return `[${tree.items.map(identityOf).join()}]`;
    case "object": {
      const last = new Map(
        tree.members.map(([key, value]) => [JSON.stringify(key), identityOf(value)]),
      );
      return `{${[...last]
        .map(([key, value]) => `${key}:${value}`)
        .sort()
        .join()}}`;
    }
  }
}

/** The output of Go's encoding/json for the value, written character by character. */
export function goJson(tree: Tree): string {
  switch (tree.type) {
    case "null":
      return "null";
    case "boolean":
      return String(tree.value);
    case "number":
      return tree.text;
    case "string":
      return goString(tree.value);
    case "array":
      return `[${tree.items.map(goJson).join()}]`;
    case "object":
      return `{${[...tree.members]
        .sort(([left], [right]) => (byCodePoints(left) < byCodePoints(right) ? -1 : 1))
        .map(([key, value]) => `${goString(key)}:${goJson(value)}`)
        .join()}}`;
  }
}

/** UTF-8 bytes sort in code point order. */
function byCodePoints(text: string): string {
  return Array.from(text, character =>
    (character.codePointAt(0) ?? 0).toString(16).padStart(6, "0"),
  ).join();
}

const SHORT: Record<string, string> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function goString(text: string): string {
  const parts = Array.from(text, character => {
    const point = character.codePointAt(0) ?? 0;
    if (character in SHORT) {
      return SHORT[character];
    }
    if (point < 0x20 || "<>&\u2028\u2029".includes(character)) {
      return `\\u${point.toString(16).padStart(4, "0")}`;
    }
    return point >= 0xd800 && point <= 0xdfff ? "\ufffd" : character;
  });
  return `"${parts.join("")}"`;
}
