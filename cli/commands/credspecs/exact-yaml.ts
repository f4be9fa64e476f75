/**
 * The credspecs of a YAML text with every digit of a number and the order of all keys. Slow, so it
 * is only for texts whose credspecs have numbers or keys of digits; none should.
 */
import { isScalar, parseAllDocuments } from "yaml";
import type { Document, ScalarTag, Tags } from "yaml";

import { CREDSPEC_KIND } from "../../../rules/credspec/resource";
import { Failure } from "../../terminal/failure";

/** A number as it is written. */
class NumberText {
  constructor(
    readonly source: string,
    readonly value: unknown,
  ) {}
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

/**
 * The JSON of each GMSACredentialSpec's credspec in a text, in the order of the objects.
 *
 * @throws Failure if it holds a number that JSON does not have.
 */
export function exactCredspecs(text: string): string[] {
  const documents = parseAllDocuments(text, { merge: true, customTags });
  return [...(documents as Iterable<Document>)]
    .flatMap(document => objectsIn(document.toJS({ mapAsMap: true })))
    .filter(object => object.get("kind") === CREDSPEC_KIND)
    .map(object => jsonOf(object.get("credspec"), ""));
}

/** All numbers stay as they are written. */
function customTags(tags: Tags): Tags {
  return tags.map(tag =>
    typeof tag === "object" && /:(int|float)$/.test(tag.tag) && !("collection" in tag)
      ? { ...tag, resolve: keepSource(tag) }
      : tag,
  );
}

function keepSource(tag: ScalarTag): ScalarTag["resolve"] {
  return (source, onError, options) => {
    const value = tag.resolve(source, onError, options);
    return new NumberText(source, isScalar(value) ? value.value : value);
  };
}

function objectsIn(value: unknown): Map<unknown, unknown>[] {
  if (!(value instanceof Map)) {
    return [];
  }
  const items: unknown = value.get("items");
  return Array.isArray(items) ? items.flatMap(objectsIn) : [value];
}

function jsonOf(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (value instanceof NumberText) {
    return numberOf(value);
  }
  if (value instanceof Map) {
    const members = [...value].map(
      ([key, member]) => `${JSON.stringify(keyOf(key))}: ${jsonOf(member, inner)}`,
    );
    return enclose("{", members, `${indent}}`);
  }
  return Array.isArray(value)
    ? enclose(
        "[",
        value.map(member => jsonOf(member, inner)),
        `${indent}]`,
      )
    : JSON.stringify(value ?? null);
}

/** As JSON.stringify(value, null, 2) writes it. */
function enclose(open: string, members: string[], close: string): string {
  const indent = `\n${close.slice(0, -1)}`;
  return members.length === 0
    ? `${open}${close.trimStart()}`
    : `${open}${members.map(member => `${indent}  ${member}`).join(",")}${indent}${close.trimStart()}`;
}

function keyOf(key: unknown): string {
  return key instanceof NumberText ? key.source : String(key);
}

function numberOf({ source, value }: NumberText): string {
  if (JSON_NUMBER.test(source)) {
    return source;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new Failure(`JSON has no such number: ${source}`, "Put it in quotes.");
  }
  return JSON.stringify(value);
}
