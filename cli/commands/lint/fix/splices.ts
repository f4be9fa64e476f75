/** Converts fixes to changes of a text. The rest of the text is not written again. */
import { isMap, isScalar, type YAMLMap } from "yaml";

import { endOfRemoval } from "../../../../rules/fix";
import type { Fix, FieldPath } from "../../../../rules/problem";
import { scalarOf } from "../../../manifests/kubectl-yaml";
import { endOf, isWritten, type Field, type Places, type Written } from "./places";

/** Replaces a range of characters. */
export interface Splice {
  from: number;
  to: number;
  text: string;
}

const STEP = "  ";
/** Text that needs no quotes as a scalar anywhere. */
const PLAIN = /^[A-Za-z0-9](?:[\w./-]*[\w/-])?$/;
const BLOCK_HEADER = /^[|>][-+\d]*[ \t]*\r?\n/;

/**
 * The changes of the text for a fix. Undefined if the fix cannot be written there.
 *
 * @param before the document's value without the fix.
 */
export function splicesFor(
  places: Places,
  { path, edit }: Fix,
  before: unknown,
): Splice[] | undefined {
  switch (edit.kind) {
    case "value":
      return one(valueSplice(places, path, edit.to));
    case "quote":
      return one(quoteSplice(places, path));
    case "key": {
      const key = places.fieldAt(path)?.key;
      return one(key === undefined ? undefined : scalarSplice(places, key, edit.to));
    }
    case "remove":
      return one(removalSplice(places, endOfRemoval(before, path)));
    case "move":
      return moveSplices(places, path, edit.to, before);
  }
}

function one(splice: Splice | undefined): Splice[] | undefined {
  return splice === undefined ? undefined : [splice];
}

function valueSplice(places: Places, path: FieldPath, to: string): Splice | undefined {
  const node = places.nodeAt(path);
  return isWritten(node) ? scalarSplice(places, node, to) : undefined;
}

function quoteSplice(places: Places, path: FieldPath): Splice | undefined {
  const node = places.nodeAt(path);
  if (!isWritten(node) || node.type !== "PLAIN") return undefined;
  const [from, to] = node.range;
  return { from, to, text: JSON.stringify(places.text.slice(from, to)) };
}

/** Keeps the existing quotes. */
function scalarSplice({ text, lineBreak }: Places, node: Written, to: string): Splice | undefined {
  const [from, end] = node.range;
  const splice = { from, to: end };
  switch (node.type) {
    case "QUOTE_DOUBLE":
      return { ...splice, text: JSON.stringify(to) };
    case "QUOTE_SINGLE":
      return { ...splice, text: `'${to.replaceAll("'", "''")}'` };
    case "PLAIN":
      return { ...splice, text: plainOrQuoted(to) };
    case "BLOCK_FOLDED":
    case "BLOCK_LITERAL":
    case undefined: {
      const source = text.slice(from, end);
      if (!BLOCK_HEADER.test(source)) return undefined;
      return { ...splice, text: `${plainOrQuoted(to)}${source.endsWith("\n") ? lineBreak : ""}` };
    }
  }
}

function plainOrQuoted(text: string): string {
  return PLAIN.test(text) && scalarOf(text) === undefined ? text : JSON.stringify(text);
}

/** Removes the lines of a field, or its part of a line in braces. */
function removalSplice(places: Places, path: FieldPath): Splice | undefined {
  const field = places.fieldAt(path);
  if (field === undefined) return undefined;
  return field.holder.flow === true ? removalInFlow(field) : removalOfLines(places, field);
}

function removalOfLines(places: Places, { key, value }: Field): Splice | undefined {
  const [start] = key.range;
  const from = places.lineStart(start);
  const end = endOf(value) ?? key.range[1];
  // A field after a list's dash is not removed, because the rest of the item would lose its dash.
  if (places.text.slice(from, start).trim() !== "") return undefined;
  const endsLine = places.text[end - 1] === "\n";
  const to = endsLine ? end : places.text.indexOf("\n", end) + 1;
  return { from, to: to === 0 ? places.text.length : to, text: "" };
}

function removalInFlow({ holder, pair, key, value }: Field): Splice | undefined {
  const index = holder.items.indexOf(pair);
  const next = holder.items[index + 1]?.key;
  if (isWritten(next)) return { from: key.range[0], to: next.range[0], text: "" };
  const before = holder.items[index - 1];
  const from = endOf(before?.value) ?? endOf(before?.key);
  const to = endOf(value);
  return from === undefined || to === undefined ? undefined : { from, to, text: "" };
}

/** The lines of a field to move, and the comments about it. */
interface Moved {
  comments: string[];
  lines: string[];
  isOneLine: boolean;
}

function moveSplices(
  places: Places,
  path: FieldPath,
  to: FieldPath,
  before: unknown,
): Splice[] | undefined {
  const field = places.fieldAt(path);
  if (field === undefined) return undefined;
  const { holder: target, missing } = placeFor(places, to);
  if (target === undefined) return undefined;
  const name = keyLike(field.key, missing.at(-1) ?? "");
  if (target === field.holder) return one(wrapped(places, field, missing));
  const removal = removalSplice(places, endOfRemoval(before, path));
  if (removal === undefined) return undefined;
  const isLine = field.holder.flow !== true;
  const moved = movedFrom(places, field, name);
  const commented = isLine ? withComments(places, field, moved) : { moved, from: removal.from };
  const insertion =
    target.flow === true
      ? insertionInFlow(places, target, missing, commented.moved)
      : insertionOfLines(places, { target, missing, avoid: field.pair }, commented.moved);
  if (insertion === undefined) return undefined;
  return [{ ...removal, from: Math.min(removal.from, commented.from) }, insertion];
}

/** The innermost existing mapping on the way to a field, and the keys that are missing in it. */
function placeFor(
  places: Places,
  to: FieldPath,
): { holder: YAMLMap | undefined; missing: string[] } {
  for (let length = to.length - 1; length >= 0; length--) {
    const node = places.nodeAt(to.slice(0, length));
    if (node !== undefined) {
      return { holder: isMap(node) ? node : undefined, missing: to.slice(length).map(String) };
    }
  }
  return { holder: undefined, missing: [] };
}

/** A key, quoted if the other key is quoted. */
function keyLike(key: Written | undefined, name: string): string {
  return key?.type === "QUOTE_DOUBLE" ? JSON.stringify(name) : name;
}

function movedFrom(places: Places, { key, value }: Field, name: string): Moved {
  const end = endOf(value) ?? key.range[1];
  const source = places.text.slice(key.range[1], end).replace(/\r?\n$/, "");
  const column = key.range[0] - places.lineStart(key.range[0]);
  const [first = "", ...rest] = source.split(/\r?\n/);
  const lines = rest.map(line => (line.slice(0, column).trim() === "" ? line.slice(column) : line));
  return { comments: [], lines: [`${name}${first}`, ...lines], isOneLine: rest.length === 0 };
}

/** Adds the comments directly above with the same indentation, and the one at the end of the line. */
function withComments(
  places: Places,
  { key, value }: Field,
  moved: Moved,
): { moved: Moved; from: number } {
  const { text } = places;
  const [start] = key.range;
  let from = places.lineStart(start);
  const indent = text.slice(from, start);
  const comments: string[] = [];
  while (from > 0) {
    const above = places.lineStart(from - 1);
    const line = text.slice(above, from).trimEnd();
    if (!line.startsWith(`${indent}#`)) break;
    comments.unshift(line.slice(indent.length));
    from = above;
  }
  const end = endOf(value) ?? key.range[1];
  const behind = text[end - 1] === "\n" ? "" : text.slice(end, places.lineEnd(end));
  const isComment = /^[ \t]+#/.test(behind);
  const lines = moved.lines.map((line, index) =>
    isComment && index === moved.lines.length - 1 ? `${line}${behind}` : line,
  );
  return { moved: { ...moved, comments, lines }, from };
}

/** Keeps the field at its position, one or two levels deeper. */
function wrapped(places: Places, field: Field, missing: readonly string[]): Splice | undefined {
  const { key, value, holder } = field;
  const names = missing.map(name => keyLike(key, name));
  const [from] = key.range;
  const end = endOf(value) ?? key.range[1];
  const above = names.slice(0, -1);
  const name = names.at(-1) ?? "";
  if (holder.flow === true) {
    const open = above.map(each => `${each}: {`).join("");
    const source = places.text.slice(key.range[1], end);
    return { from, to: end, text: `${open}${name}${source}${"}".repeat(above.length)}` };
  }
  const moved = movedFrom(places, field, name);
  const column = " ".repeat(from - places.lineStart(from));
  const lines = nested(above, moved).map((line, index) =>
    index === 0 || line === "" ? line : `${column}${line}`,
  );
  const isEnded = places.text[end - 1] === "\n";
  const text = lines.join(places.lineBreak);
  return { from, to: end, text: isEnded ? `${text}${places.lineBreak}` : text };
}

/** The lines of a field, nested in others. */
function nested(above: readonly string[], { comments, lines }: Moved): string[] {
  const indent = STEP.repeat(above.length);
  return [
    ...above.map((name, depth) => `${STEP.repeat(depth)}${name}:`),
    ...[...comments, ...lines].map(line => (line === "" ? line : `${indent}${line}`)),
  ];
}

function insertionInFlow(
  { text }: Places,
  target: YAMLMap,
  missing: readonly string[],
  { comments, lines, isOneLine }: Moved,
): Splice | undefined {
  const [start] = target.range ?? [];
  const first = target.items[0]?.key;
  if (start === undefined || !isOneLine || comments.length > 0) return undefined;
  const quoteLike = isWritten(first) ? first : undefined;
  const above = missing.slice(0, -1).map(name => keyLike(quoteLike, name));
  const field = `${above.map(name => `${name}: {`).join("")}${lines.join("")}${"}".repeat(above.length)}`;
  if (quoteLike === undefined) return { from: start + 1, to: start + 1, text: field };
  const [at] = quoteLike.range;
  const blank = text.slice(start + 1, at);
  const between = blank !== "" && blank.trim() === "" ? blank : " ";
  return { from: at, to: at, text: `${field},${between}` };
}

function insertionOfLines(
  places: Places,
  of: { target: YAMLMap; missing: readonly string[]; avoid: unknown },
  moved: Moved,
): Splice | undefined {
  const { target, missing, avoid } = of;
  const anchor = target.items.find(pair => pair !== avoid);
  const key = anchor?.key;
  if (!isWritten(key)) return undefined;
  const [start] = key.range;
  const lineStart = places.lineStart(start);
  const indent = " ".repeat(start - lineStart);
  const lines = nested(missing.slice(0, -1), moved).map(line =>
    line === "" ? line : `${indent}${line}`,
  );
  const { lineBreak } = places;
  if (isScalar(anchor?.value) && isOnLine(places, anchor.value, start)) {
    const at = places.lineEnd(endOf(anchor.value) ?? key.range[1]);
    return { from: at, to: at, text: `${lineBreak}${lines.join(lineBreak)}` };
  }
  if (places.text.slice(lineStart, start).trim() !== "") return undefined;
  return { from: lineStart, to: lineStart, text: `${lines.join(lineBreak)}${lineBreak}` };
}

function isOnLine(places: Places, value: unknown, start: number): boolean {
  const end = endOf(value);
  return end !== undefined && !places.text.slice(start, end).includes("\n");
}
