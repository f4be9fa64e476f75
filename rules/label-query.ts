/**
 * Parses label selectors in the syntax of `kubectl -l`: `app=web`, `tier in (a,b)`, `!canary`.
 *
 * Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/labels#Parse
 */
import { selects } from "./label-selector";
import { isObjectName } from "./object";

/** Whether the labels of an object match. */
export type LabelQuery = (labels: Readonly<Record<string, string>>) => boolean;

/** The query, or why the text cannot be parsed, as a clause. */
export type ParsedLabelQuery = { query: LabelQuery } | { problem: string };

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const MOST_OF_64_BITS = 2n ** 63n - 1n;

/** Parses a label selector. An empty text selects everything. */
export function parseLabelQuery(text: string): ParsedLabelQuery {
  const queries: LabelQuery[] = [];
  for (const part of requirementsIn(text)) {
    const parsed = parseRequirement(part);
    if ("problem" in parsed) return parsed;
    queries.push(parsed.query);
  }
  return { query: labels => queries.every(query => query(labels)) };
}

/** Splits the text at commas outside of parentheses. */
function requirementsIn(text: string): string[] {
  return text.trim() === "" ? [] : text.split(/,(?![^(]*\))/);
}

/** A key, with ! before it or a condition after it. */
const REQUIREMENT = /^\s*(?<not>!?)\s*(?<key>[^\s,!=<>()]+)\s*(?<condition>.*?)\s*$/s;

function parseRequirement(text: string): ParsedLabelQuery {
  const { not, key, condition } = REQUIREMENT.exec(text)?.groups ?? {};
  if (key === undefined) return { problem: `"${text.trim()}" does not name a label` };
  if (!isKey(key)) return { problem: `"${key}" cannot be the name of a label` };
  if (condition === "") return one(key, not === "" ? "Exists" : "DoesNotExist", []);
  if (not === "!") return { problem: `"${text.trim()}" has something after !${key}` };
  return parseCondition(key, condition ?? "");
}

const OPERATORS: Readonly<Record<string, string>> = {
  "=": "In",
  "==": "In",
  "!=": "NotIn",
};

function parseCondition(key: string, condition: string): ParsedLabelQuery {
  const { among, values } =
    /^(?<among>in|notin)\s*\((?<values>[^()]*)\)$/.exec(condition)?.groups ?? {};
  if (values !== undefined) {
    return one(
      key,
      among === "in" ? "In" : "NotIn",
      values.split(",").map(value => value.trim()),
    );
  }
  return parseComparison(key, condition);
}

function parseComparison(key: string, condition: string): ParsedLabelQuery {
  const [, sign = "", value = ""] = /^(==|=|!=|<|>)\s*([^\s,!=<>()]*)$/.exec(condition) ?? [];
  if (sign === "<" || sign === ">") return compared(key, sign, value);
  const operator = OPERATORS[sign];
  return operator === undefined
    ? { problem: `"${condition}" after ${key} is not one of =, ==, !=, in, notin, <, >` }
    : one(key, operator, [value]);
}

function one(key: string, operator: string, values: string[]): ParsedLabelQuery {
  const wrong = values.find(value => value !== "" && !NAME.test(value));
  if (wrong !== undefined) return { problem: `"${wrong}" cannot be the value of a label` };
  return { query: labels => selects({ matchExpressions: [{ key, operator, values }] }, labels) };
}

function compared(key: string, operator: "<" | ">", value: string): ParsedLabelQuery {
  const limit = integerOf(value);
  if (limit === undefined) return { problem: `"${value}" after ${key} is not a whole number` };
  return {
    query: labels => {
      const number = Object.hasOwn(labels, key) ? integerOf(labels[key] ?? "") : undefined;
      return number !== undefined && (operator === "<" ? number < limit : number > limit);
    },
  };
}

/**
 * Parses a 64-bit integer, which a JavaScript number cannot hold. A label value never begins with + or
 * -.
 */
function integerOf(text: string): bigint | undefined {
  const number = /^\d+$/.test(text) ? BigInt(text) : undefined;
  return number !== undefined && number <= MOST_OF_64_BITS ? number : undefined;
}

function isKey(key: string): boolean {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  return NAME.test(name) && more.length === 0 && (prefix === undefined || isObjectName(prefix));
}
