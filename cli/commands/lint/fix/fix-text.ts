/** Fixes one text. Each change is verified first: it must not change anything else. */
import { isDeepStrictEqual } from "node:util";
import { Lexer } from "yaml";

import { withFixes } from "../../../../rules/fix";
import type { DocumentFix } from "../../../manifests/diagnostic";
import { documentsIn, type TextDocument } from "../../../manifests/documents";
import { isNothing } from "../../../manifests/manifests";
import { Places } from "./places";
import { splicesFor, type Splice } from "./splices";

/** A text with the fixes that were made. */
export interface FixedText {
  text: string;
  made: ReadonlySet<DocumentFix>;
}

/** Fixes that are the same change of the text, for example of a value with several aliases. */
interface Change {
  fixes: DocumentFix[];
  splices: Splice[];
}

/** Makes the fixes that are possible. Overlapping ones are left for the next round. */
export function fixText(text: string, fixes: readonly DocumentFix[]): FixedText {
  const documents = documentsIn(text);
  const made = new Set<DocumentFix>();
  let fixed = text;
  // From the end, so that earlier positions stay valid.
  for (const [index, document] of [...documents.entries()].reverse()) {
    const own = fixes.filter(each => each.document === index);
    if (own.length === 0 || document.failure !== undefined) continue;
    const changes = possible(document, changesFor(document, own));
    const part = spliced(document.text, changes);
    const end = document.start + document.text.length;
    fixed = `${fixed.slice(0, document.start)}${part}${fixed.slice(end)}`;
    for (const fix of changes.flatMap(change => change.fixes)) made.add(fix);
  }
  return { text: fixed, made };
}

function changesFor({ text, value }: TextDocument, fixes: readonly DocumentFix[]): Change[] {
  const places = new Places(text);
  const changes = new Map<string, Change>();
  for (const fix of fixes) {
    const after = withFixes(value, [fix]);
    const splices = after === undefined ? undefined : splicesFor(places, fix, value);
    if (splices === undefined) continue;
    const same = changes.get(JSON.stringify(splices));
    if (same === undefined) changes.set(JSON.stringify(splices), { fixes: [fix], splices });
    else same.fixes.push(fix);
  }
  return withoutOverlaps([...changes.values()]);
}

function withoutOverlaps(changes: readonly Change[]): Change[] {
  const taken: Splice[] = [];
  return changes.filter(({ splices }) => {
    const isFree = splices.every(one => !taken.some(other => overlap(one, other)));
    if (isFree) taken.push(...splices);
    return isFree;
  });
}

/** Adjacent changes count as overlapping too, because their order is not known. */
function overlap(one: Splice, other: Splice): boolean {
  return one.from <= other.to && other.from <= one.to;
}

/** The changes that together have the intended effect and no other, found by bisection. */
function possible(document: TextDocument, changes: readonly Change[]): readonly Change[] {
  const right = rightAlone(document, changes);
  // rightAlone returns the same list if all changes together have the intended effect.
  if (right === changes || right.length <= 1 || isRight(document, right)) return right;
  // Each is right alone, but two of them write the same key. The others follow in the next round.
  const inPlace = right.filter(({ fixes }) => fixes.every(({ edit }) => edit.kind !== "move"));
  const isMixed = inPlace.length > 0 && inPlace.length < right.length;
  return possible(document, isMixed ? inPlace : right.slice(0, Math.ceil(right.length / 2)));
}

function rightAlone(document: TextDocument, changes: readonly Change[]): readonly Change[] {
  if (changes.length === 0 || isRight(document, changes)) return changes;
  if (changes.length === 1) return [];
  const middle = Math.ceil(changes.length / 2);
  return [changes.slice(0, middle), changes.slice(middle)].flatMap(half => [
    ...rightAlone(document, half),
  ]);
}

function isRight({ text, value, doubt }: TextDocument, changes: readonly Change[]): boolean {
  const fixes = changes.flatMap(change => change.fixes);
  const due = withFixes(value, uniqueOf(fixes));
  const after = spliced(text, changes);
  const read = documentsIn(after).filter(each => each.failure ?? !isNothing(each.value));
  return (
    due !== undefined &&
    read.length === 1 &&
    read[0]?.failure === undefined &&
    // A key must not be written twice.
    (read[0]?.doubt === undefined || doubt !== undefined) &&
    isDeepStrictEqual(read[0]?.value, due) &&
    isDeepStrictEqual(commentsIn(after), commentsIn(text))
  );
}

/** Two findings may ask for the same fix. */
function uniqueOf(fixes: readonly DocumentFix[]): DocumentFix[] {
  return [...new Map(fixes.map(fix => [JSON.stringify(fix), fix])).values()];
}

function spliced(text: string, changes: readonly Change[]): string {
  return changes
    .flatMap(({ splices }) => splices)
    .sort((a, b) => b.from - a.from)
    .reduce(
      (whole, { from, to, text: part }) => whole.slice(0, from) + part + whole.slice(to),
      text,
    );
}

/** All comments of a text, sorted. */
export function commentsIn(text: string): string[] {
  const tokens = [...new Lexer().lex(text)];
  return tokens.filter((token, at) => token.startsWith("#") && tokens[at - 1] !== SCALAR).sort();
}

/** The lexer emits this token before a scalar. */
const SCALAR = "\u001f";
