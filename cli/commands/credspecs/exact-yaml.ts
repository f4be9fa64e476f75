/**
 * The credspecs of a YAML text with every digit of a number and the order of all keys. Slow, so it
 * is only for texts whose credspecs have numbers or keys of digits; none should.
 */
import { parseAllDocuments, visit, type Document } from "yaml";

import { CREDSPEC_KIND } from "../../../rules/credspec/resource";
import { Failure } from "../../terminal/failure";

/** A number as it is written. */
class NumberText {
  constructor(
    readonly source: string,
    readonly value: number,
  ) {}
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

/**
 * The JSON of each GMSACredentialSpec's credspec in a text, in the order of the objects.
 *
 * @throws Failure if it holds a number that JSON does not have.
 */
export function exactCredspecs(text: string): string[] {
  const documents = parseAllDocuments(text, { merge: true }) as Iterable<Document>;
  return [...documents]
    .flatMap(document => {
      visit(document, {
        Scalar: (_, scalar) => {
          const { source, value } = scalar;
          if (typeof value === "number") scalar.value = new NumberText(source ?? "", value);
        },
      });
      return objectsIn(document.toJS({ mapAsMap: true }));
    })
    .filter(object => object.get("kind") === CREDSPEC_KIND)
    .map(object => jsonOf(object.get("credspec"), ""));
}

function objectsIn(value: unknown): Map<unknown, unknown>[] {
  if (!(value instanceof Map)) return [];
  const items: unknown = value.get("items");
  return Array.isArray(items) ? items.flatMap(objectsIn) : [value];
}

function jsonOf(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (value instanceof NumberText) return numberOf(value);
  if (value instanceof Map) {
    const members = [...value].map(
      ([key, member]) => `${JSON.stringify(keyOf(key))}: ${jsonOf(member, inner)}`,
    );
    return enclosed(members, indent, "{}");
  }
  if (Array.isArray(value)) {
    return enclosed(
      value.map(member => jsonOf(member, inner)),
      indent,
      "[]",
    );
  }
  return JSON.stringify(value ?? null);
}

/** As JSON.stringify(value, null, 2) writes it. */
function enclosed(members: readonly string[], indent: string, [open, close]: string): string {
  const lines = members.map(member => `\n${indent}  ${member}`).join(",");
  return lines === "" ? `${open}${close}` : `${open}${lines}\n${indent}${close}`;
}

function keyOf(key: unknown): string {
  return key instanceof NumberText ? key.source : String(key);
}

function numberOf({ source, value }: NumberText): string {
  if (JSON_NUMBER.test(source)) return source;
  if (!Number.isFinite(value)) {
    throw new Failure(`JSON has no such number: ${source}`, "Put it in quotes.");
  }
  return JSON.stringify(value);
}
