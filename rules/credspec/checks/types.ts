import type { FieldPath } from "../../problem";
import { CREDSPEC, keysOf } from "./fields";
import { error, warning, type Finding } from "./finding";
import { KNOWN_KEYS } from "./schema";
import { describeValue } from "../../text";

/** A value that is not of the type that belongs there. */
export interface TypeProblem {
  /** From the credspec. */
  path: FieldPath;
  /** What zod calls it. */
  expected: string;
  value: unknown;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  array: "a list",
  object: "an object",
};
const PLUGIN_INPUT = "PluginInput";
/** What ConvertTo-Json puts where its -Depth ends. */
const CUT_OFF = /^(System\.|@\{)/;

/** A value of another type than the custom resource definition and Windows want. */
export function wrongType(problem: TypeProblem): Finding {
  const { expected, value } = problem;
  const path = [...CREDSPEC, ...problem.path];
  const kind = KINDS[expected] ?? expected;
  if (value === null && path.length > 1 && typeof path.at(-1) !== "number") {
    return warning({
      path,
      found: "null",
      expected: `${kind}, or absent`,
      remedy: "the API server drops null",
    });
  }
  return error({
    path,
    found: kindOf(value, path),
    expected: kind,
    remedy: remedyFor(problem, path),
  });
}

/** Neither the input of a plug-in nor a text that may hold one is shown. */
function kindOf(value: unknown, path: FieldPath): string {
  if (isTextOfJson(value)) return "a string that holds JSON";
  return path.at(-1) === PLUGIN_INPUT && typeof value !== "object"
    ? `a ${typeof value}`
    : describeValue(value);
}

function isTextOfJson(value: unknown): boolean {
  return typeof value === "string" && value.trimStart().startsWith("{");
}

function remedyFor({ expected, value }: TypeProblem, path: FieldPath): string {
  if (typeof value === "string") return remedyForText(value, expected, path);
  if (path.at(-1) === PLUGIN_INPUT) {
    return `write the object as JSON in a quoted string, such as '{"credentialArn":"arn:..."}'`;
  }
  return expected === "string" ? "write it in quotes" : remedyForStructure(expected, path);
}

function remedyForText(value: string, expected: string, path: FieldPath): string {
  if (CUT_OFF.test(value)) {
    return "ConvertTo-Json cut it off; write the file again with ConvertTo-Json -Depth 5";
  }
  return isTextOfJson(value)
    ? "write the JSON itself, without quotes around it"
    : remedyForStructure(expected, path);
}

function remedyForStructure(expected: string, path: FieldPath): string {
  if (expected === "array") return "write it as a list, also if it has only one member";
  const keys = KNOWN_KEYS[keysOf(path)] ?? [];
  return `it has the keys ${keys.join(", ")}`;
}
