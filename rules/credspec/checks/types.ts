import type { FieldPath } from "../../problem";
import { CREDSPEC, keysOf } from "./fields";
import { error, warning, type Finding } from "./finding";
import { KNOWN_KEYS } from "./schema";
import { describeValue } from "../../text";

/** A value of the wrong type. */
export interface TypeProblem {
  /** The path from the root of the credential spec. */
  path: FieldPath;
  /** The name of the type in zod. */
  expected: string;
  value: unknown;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  array: "a list",
  object: "an object",
};
const PLUGIN_INPUT = "PluginInput";
/** ConvertTo-Json writes these texts for objects below its -Depth. */
const CUT_OFF = /^(System\.|@\{)/;

/** Reports a value whose type differs from the custom resource definition. */
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

/** Describes a value without showing the input of a plug-in or a text that may contain one. */
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
    return "write it as one text in single quotes, in the form that the plug-in reads";
  }
  return expected === "string" ? "write it in quotes" : remedyForStructure(expected, path);
}

function remedyForText(value: string, expected: string, path: FieldPath): string {
  if (CUT_OFF.test(value)) {
    return "ConvertTo-Json cut it off; write the file again with ConvertTo-Json -Depth 5";
  }
  return isTextOfJson(value)
    ? "write the JSON itself, not a text that holds it"
    : remedyForStructure(expected, path);
}

function remedyForStructure(expected: string, path: FieldPath): string {
  if (expected === "array") return "write it as a list, even if it has only one member";
  const keys = KNOWN_KEYS[keysOf(path)] ?? [];
  return `it has the keys ${keys.join(", ")}`;
}
