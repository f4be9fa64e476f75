import { valueAt } from "../../object";
import type { FieldPath } from "../../problem";
import { CREDSPEC } from "./fields";
import type { Finding } from "./finding";
import { credspecSchema, type CredspecFields } from "./schema";
import { wrongType, type TypeProblem } from "./types";
import { unknownKey } from "./unknown-keys";

/** What the types of a credspec's values, and its keys, say. */
export interface Shape {
  wrongTypes: Finding[];
  unknownKeys: Finding[];
  /** The credspec without what has a wrong type; undefined if it is no object at all. */
  fields: CredspecFields | undefined;
}

/** Compares a value with the schema. */
export function shapeOf(credspec: unknown): Shape {
  const issues = credspecSchema.safeParse(credspec).error?.issues ?? [];
  const problems: TypeProblem[] = [];
  const unknownKeys: Finding[] = [];
  for (const issue of issues) {
    // JSON has no keys that are symbols.
    const path = issue.path as FieldPath;
    if (issue.code === "unrecognized_keys") {
      unknownKeys.push(...issue.keys.map(key => unknownKey([...CREDSPEC, ...path], key)));
    } else {
      const expected = issue.code === "invalid_type" ? issue.expected : issue.code;
      problems.push({ path, expected, value: valueAt(credspec, path) });
    }
  }
  return { wrongTypes: problems.map(wrongType), unknownKeys, fields: without(credspec, problems) };
}

/** A copy in which values of a wrong type are absent, or empty where they are in a list. */
function without(credspec: unknown, problems: TypeProblem[]): CredspecFields | undefined {
  if (problems.some(({ path }) => path.length === 0)) return undefined;
  // The schema found nothing else that is wrong with the types.
  const copy = (problems.length === 0 ? credspec : structuredClone(credspec)) as CredspecFields;
  for (const { path, expected } of problems) {
    const holder = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
    const key = path.at(-1) ?? "";
    holder[key] = typeof key === "number" ? (expected === "object" ? {} : "") : undefined;
  }
  return copy;
}
