/**
 * Parses YAML like kubectl: YAML 1.1, as sigs.k8s.io/yaml does with go.yaml.in/yaml/v2. Unquoted `no` and
 * `on` are booleans, 010 is eight; dates and 12:30 are strings. test/fixtures/read-by-kubectl.ts has
 * kubectl's own results.
 *
 * Source: resolve.go and decode.go of go.yaml.in/yaml/v2; YAMLReader of k8s.io/apimachinery.
 */
import { FAILSAFE_SCHEMA, Type, YAMLException, loadAll } from "js-yaml";

import { DEEPEST } from "./json-nesting";
import { refuseLikeKubectl } from "./refused-yaml";

const WORDS = new Map<string, boolean | number | null>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(pairWith(true)),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    pairWith(false),
  ),
  ...["", "~", "null", "Null", "NULL"].map(pairWith(null)),
  ...[".nan", ".NaN", ".NAN"].map(pairWith(NaN)),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(pairWith(Infinity)),
  ...["-.inf", "-.Inf", "-.INF"].map(pairWith(-Infinity)),
]);
/** The first characters of words and numbers. */
const MAY_BE_OTHER = /^[-+.~\dyYnNtTfFoO]|^$/;
/** The first characters of numbers. */
const MAY_BE_NUMBER = /^[-+.\d]/;
const INTEGER = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/;
const LOOSE_UNDERSCORE = /(?<!\d)_|_(?!\d)/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** Replaces `<<` in the keys of a mapping until its values are merged. Each occurrence gets a unique key. */
const MERGE = "\u0000<<";
let merges = 0;

/**
 * The value of an unquoted scalar in kubectl.
 *
 * @returns undefined for a string.
 */
export function scalarOf(text: string): boolean | number | null | undefined {
  if (!MAY_BE_OTHER.test(text)) return undefined;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!MAY_BE_NUMBER.test(text)) return undefined;
  // Underscores are ignored; after a leading dot only between digits.
  const isText = text.startsWith(".") && LOOSE_UNDERSCORE.test(text);
  const digits = isText ? text : text.replaceAll("_", "");
  const number = integerOf(digits) ?? (FLOAT.test(digits) ? Number(digits) : undefined);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

function integerOf(text: string): number | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const radixes: readonly (readonly [string | undefined, number])[] = [
    [hex, 16],
    [binary, 2],
    [octal, 8],
    [decimal, 10],
  ];
  const [digits, radix] = radixes.find(([part]) => part !== undefined) ?? [];
  if (digits === undefined || !fitsInteger(digits, { sign, radix })) return undefined;
  const number = Number.parseInt(digits, radix);
  // Go reads an integer here, which cannot be negative zero.
  return sign === "-" && number !== 0 ? -number : number;
}

/**
 * Go does not read larger integers. Decimal numbers, and those that begin with 0, are floats then; all others
 * are strings.
 */
function fitsInteger(
  digits: string,
  { sign = "", radix = 10 }: { sign: string | undefined; radix: number | undefined },
): boolean {
  // Shortcut, because most numbers are short.
  if (digits.length < SHORTEST_TOO_LARGE) return true;
  const size = BigInt(`${PREFIXES.get(radix) ?? ""}${digits}`);
  return size <= LARGEST[sign === "-" ? "negative" : sign === "+" ? "signed" : "unsigned"];
}

const PREFIXES = new Map([
  [16, "0x"],
  [8, "0o"],
  [2, "0b"],
]);

/** Limits of int64, and of uint64, which Go uses without a sign. */
const LARGEST = { negative: 2n ** 63n, signed: 2n ** 63n - 1n, unsigned: 2n ** 64n - 1n };
const SHORTEST_TOO_LARGE = 16;

function pairWith<Value>(value: Value): (word: string) => [string, Value] {
  return word => [word, value];
}

const last: { text: string; value: ReturnType<typeof scalarOf> } = { text: "", value: null };

/** js-yaml asks twice for each scalar: whether it is of this type, and for its value. */
function again(text: string): ReturnType<typeof scalarOf> {
  if (text !== last.text) {
    last.value = scalarOf(text);
    last.text = text;
  }
  return last.value;
}

const implicit = [
  new Type("tag:gmsa,merge", {
    kind: "scalar",
    resolve: data => data === "<<",
    construct: () => `${MERGE}${merges++}`,
  }),
  new Type("tag:gmsa,scalar", {
    kind: "scalar",
    // js-yaml passes null for an empty value.
    resolve: (data: string | null) => again(data ?? "") !== undefined,
    construct: (data: string | null) => again(data ?? ""),
  }),
];

function tagged(name: string, isOfType: (value: unknown) => boolean): Type {
  return new Type(`tag:yaml.org,2002:${name}`, {
    kind: "scalar",
    resolve: (data: string | null) => isOfType(scalarOf(data ?? "")),
    construct: (data: string | null) => scalarOf(data ?? ""),
  });
}

const explicit = [
  tagged("null", value => value === null),
  tagged("bool", value => typeof value === "boolean"),
  tagged("int", Number.isInteger),
  tagged("float", value => typeof value === "number"),
  new Type("tag:yaml.org,2002:binary", {
    kind: "scalar",
    construct: (data: string | null) => Buffer.from(data ?? "", "base64").toString(),
  }),
  // kubectl ignores all other tags.
  ...(["scalar", "sequence", "mapping"] as const).flatMap(kind =>
    ["!", "tag:"].map(tag => new Type(tag, { kind, multi: true })),
  ),
];

const SCHEMA = FAILSAFE_SCHEMA.extend({ implicit, explicit });

/** Limit of values that aliases repeat: otherwise a text of a few lines could fill the memory. */
const MOST_VALUES = 1_000_000;

/**
 * The first document of a text, as kubectl reads it.
 *
 * @param options.isLenient accepts duplicate keys. The last one counts.
 * @throws YAMLException if kubectl could not read it.
 */
export function parseYaml(text: string, { isLenient = false } = {}): unknown {
  const [value] = loadAll(text, undefined, { schema: SCHEMA, json: isLenient });
  refuseLikeKubectl(text, SCHEMA);
  return NEEDS_WORK.test(text) ? plain(value, { left: MOST_VALUES }, 0) : value;
}

/** Aliases, merge keys, and numbers that JSON cannot represent. */
const NEEDS_WORK = /\*|<<|\.(?:nan|inf)\b/i;

/** A number that JSON cannot represent: .inf or .nan without quotes. */
export class NumberOutsideJson extends YAMLException {}

/** Resolves aliases and merge keys, and copies each value. */
function plain(value: unknown, budget: { left: number }, depth: number): unknown {
  if (typeof value !== "object" || value === null) return plainScalar(value);
  if (depth > DEEPEST || budget.left-- < 0) {
    throw new YAMLException("an alias repeats too much, or refers back to itself");
  }
  if (Array.isArray(value)) return value.map(member => plain(member, budget, depth + 1));
  const members: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const own = plain(member, budget, depth + 1);
    Object.assign(members, key.startsWith(MERGE) ? mergedOf(own) : { [key]: own });
  }
  return members;
}

function plainScalar(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new NumberOutsideJson(`not a JSON number: ${value}`);
  }
  // As a value, << is a text like any other.
  return typeof value === "string" && value.startsWith(MERGE) ? "<<" : value;
}

/** The first of several mappings takes precedence. A merge key overrides keys before it. */
function mergedOf(value: unknown): object {
  const mappings = Array.isArray(value) ? [...(value as unknown[])].reverse() : [value];
  if (!mappings.every(each => typeof each === "object" && each !== null && !Array.isArray(each))) {
    throw new YAMLException("<< must be followed by a mapping, or a list of mappings");
  }
  return Object.assign({}, ...mappings) as object;
}
