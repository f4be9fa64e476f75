import { fieldAt } from "./fields";
import { error, warning } from "../../problem";
import type { Finding } from "../../problem";
import { KNOWN_KEYS } from "./schema";
import { describeValue } from "../../text";

/** A value that is not of the type that belongs there. */
export interface TypeProblem {
  path: readonly PropertyKey[];
  /** What zod calls it. */
  expected: string;
  value: unknown;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  array: "a list",
  object: "an object",
};
const PLUGIN_INPUT = ".PluginInput";
/** What ConvertTo-Json puts where its -Depth ends. */
const CUT_OFF = /^(System\.|@\{)/;

/** A value of another type than the custom resource definition and Windows want. */
export function wrongType(problem: TypeProblem): Finding {
  const { path, expected, value } = problem;
  const field = fieldAt(path);
  if (value === null && path.length > 0 && typeof path.at(-1) !== "number") {
    return warning({
      field,
      found: "null",
      expected: `${KINDS[expected] ?? expected}, or absent`,
      remedy: "the API server drops what is null",
    });
  }
  return error({
    field,
    found: shownKind(value, field),
    expected: KINDS[expected] ?? expected,
    remedy: remedyFor(problem, field),
  });
}

/** Neither the input of a plug-in nor a text that may hold one is shown. */
function shownKind(value: unknown, field: string): string {
  if (isTextOfJson(value)) {
    return "a text that holds JSON";
  }
  return field.endsWith(PLUGIN_INPUT) && typeof value !== "object"
    ? `a ${typeof value}`
    : describeValue(value);
}

function isTextOfJson(value: unknown): boolean {
  return typeof value === "string" && value.trimStart().startsWith("{");
}

function remedyFor({ expected, value }: TypeProblem, field: string): string {
  if (typeof value === "string") {
    return remedyForText(value, expected, field);
  }
  if (field.endsWith(PLUGIN_INPUT)) {
    return `write the object as a text of JSON in quotes, such as '{"credentialArn":"arn:..."}'`;
  }
  return expected === "string" ? "write it in quotes" : remedyForStructure(expected, field);
}

function remedyForText(value: string, expected: string, field: string): string {
  if (CUT_OFF.test(value)) {
    return "ConvertTo-Json cut it off; write the file anew with ConvertTo-Json -Depth 5";
  }
  return isTextOfJson(value)
    ? "write the JSON itself, without quotes around it"
    : remedyForStructure(expected, field);
}

function remedyForStructure(expected: string, field: string): string {
  if (expected === "array") {
    return "write it as a list, also if it has only one member";
  }
  const keys = KNOWN_KEYS[field.replace(/\[\d+\]/g, "")] ?? [];
  return `it has the keys ${keys.join(", ")}`;
}
