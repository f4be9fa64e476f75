/**
 * Reads the credential specs of a YAML text with every digit of a number and the order of all keys. It is
 * slow, so it is only used for credential specs with numbers or integer keys; none should have them.
 */
import { parseAllDocuments, visit, type Document, type Scalar } from "yaml";

import { CREDSPEC_KIND } from "../../../rules/credspec/resource";
import { scalarOf } from "../../manifests/kubectl-yaml";
import { Failure } from "../../terminal/failure";

/** A number with its source text. */
class NumberText {
  constructor(
    readonly source: string,
    readonly value: number,
  ) {}
}

const TAGS_OF_VALUES = ["null", "bool", "int", "float"];
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

/**
 * The JSON of each GMSACredentialSpec's contents in a text, in the order of the objects.
 *
 * @throws Failure if it has a number that JSON cannot represent.
 */
export function exactCredspecs(text: string): string[] {
  // This schema reads every scalar as a string, because the parser does not know how kubectl reads it.
  const options = { merge: true, schema: "failsafe" } as const;
  const documents = parseAllDocuments(text, options) as Iterable<Document>;
  return [...documents]
    .flatMap(document => {
      visit(document, {
        Scalar: (_, scalar) => {
          scalar.value = valueOf(scalar);
        },
      });
      return objectsIn(document.toJS({ mapAsMap: true }));
    })
    .filter(object => object.get("kind") === CREDSPEC_KIND)
    .map(object => jsonOf(object.get("credspec"), ""));
}

/** Reads a scalar by its tag, if it has one. A quoted scalar is a string. */
function valueOf({ type, tag, source = "" }: Scalar): unknown {
  const name = tag?.replace("tag:yaml.org,2002:", "");
  if (name === "binary") return Buffer.from(source, "base64").toString();
  const isRead = name === undefined ? type === "PLAIN" : TAGS_OF_VALUES.includes(name);
  if (!isRead) return source;
  // JSON allows numbers that no YAML parser accepts, such as 1e400.
  const value = JSON_NUMBER.test(source) ? Number(source) : scalarOf(source);
  if (value === undefined) return source;
  return typeof value === "number" ? new NumberText(source, value) : value;
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

/** Formats like JSON.stringify(value, null, 2). */
function enclosed(members: readonly string[], indent: string, [open, close]: string): string {
  const lines = members.map(member => `\n${indent}  ${member}`).join(",");
  return lines === "" ? `${open}${close}` : `${open}${lines}\n${indent}${close}`;
}

function keyOf(key: unknown): string {
  return key instanceof NumberText ? numberOf(key) : String(key);
}

function numberOf({ source, value }: NumberText): string {
  if (JSON_NUMBER.test(source)) return source;
  if (!Number.isFinite(value)) {
    throw new Failure(`not a JSON number: ${source}`, "Put it in quotes.");
  }
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return JSON.stringify(value);
  return exactInteger(source, value);
}

/** An integer with underscores, a sign, or a base prefix. */
function exactInteger(source: string, value: number): string {
  const digits = source.replaceAll("_", "").replace(/^[-+]/, "");
  if (!/^\d+$|^0[xXbBoO]/.test(digits)) return JSON.stringify(value);
  const sign = source.startsWith("-") ? "-" : "";
  // A number that is too large as an octal number is a decimal number.
  const forms = [digits.replace(/^0(?=[0-7]+$)/, "0o"), digits].map(
    form => `${sign}${BigInt(form)}`,
  );
  return forms.find(form => Number(form) === value) ?? JSON.stringify(value);
}
