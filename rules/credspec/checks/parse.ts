import { valueAt } from "../../object";
import type { FieldPath } from "../../problem";
import { CREDSPEC } from "./fields";
import type { Finding } from "./finding";
import { credspecSchema, type CredspecFields } from "./schema";
import { wrongType, type TypeProblem } from "./types";
import { unknownKey } from "./unknown-keys";

/** The problems with the types and keys of a credential spec. */
export interface Shape {
  wrongTypes: Finding[];
  unknownKeys: Finding[];
  /** The credential spec without values of a wrong type; undefined if it is not an object. */
  fields: CredspecFields | undefined;
}

/** Compares a value with the schema. */
export function shapeOf(credspec: unknown): Shape {
  const issues = credspecSchema.safeParse(credspec).error?.issues ?? [];
  const problems: TypeProblem[] = [];
  const unknownKeys: Finding[] = [];
  for (const issue of issues) {
    // The keys of JSON are never symbols.
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

/** Returns a copy in which values of a wrong type are absent, or empty if they are in a list. */
function without(credspec: unknown, problems: TypeProblem[]): CredspecFields | undefined {
  if (problems.some(({ path }) => path.length === 0)) return undefined;
  // The schema found no other wrong types.
  const copy = (problems.length === 0 ? credspec : structuredClone(credspec)) as CredspecFields;
  for (const { path, expected } of problems) {
    const holder = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
    const key = path.at(-1) ?? "";
    holder[key] = typeof key === "number" ? (expected === "object" ? {} : "") : undefined;
  }
  return copy;
}
