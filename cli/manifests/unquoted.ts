/** Strings without the necessary quotes, which kubectl reads as another type. */
import { valueAt } from "../../rules/object";
import { type FieldPath, type Problem, fieldOf } from "../../rules/problem";
import type { ShapeProblem } from "./object-shapes";

/** A scalar that needs quotes. */
export interface Unquoted {
  path: FieldPath;
  /** The source text. */
  source: string;
  /** The value that kubectl reads. */
  value: unknown;
}

/** The problems of a value after unquoted strings are read as strings. */
export interface Corrected {
  /** The corrected value, or the value itself if there is nothing to correct. */
  value: unknown;
  unquoted: Unquoted[];
  /** All other problems. */
  wrong: ShapeProblem[];
}

/**
 * @param problemsOf must be quick for a valid value.
 * @param plainAt returns the source text of an unquoted scalar.
 */
export function corrected(
  value: unknown,
  problemsOf: (value: unknown) => ShapeProblem[],
  plainAt: (path: FieldPath) => string | undefined,
): Corrected {
  const wrong = problemsOf(value);
  if (wrong.length === 0) return { value, unquoted: [], wrong };
  const unquoted = wrong.flatMap(({ path, isText }) => {
    const source = isText === true ? plainAt(path) : undefined;
    return source === undefined ? [] : [{ path, source, value: valueAt(value, path) }];
  });
  if (unquoted.length === 0) return { value, unquoted, wrong };
  const copy = structuredClone(value);
  for (const { path, source } of unquoted) {
    const holder = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
    holder[path.at(-1) ?? ""] = source;
  }
  return { value: copy, unquoted, wrong: problemsOf(copy) };
}

/** The finding for lint. */
export function unquotedProblem({ path, source, value }: Unquoted): Problem<"unquoted"> {
  const kind = typeof value === "boolean" ? "a boolean" : "a number";
  return {
    level: "error",
    reason: "unquoted",
    places: [{ path, text: fieldOf(path) }],
    problem: `must be a string, but kubectl reads ${source} as ${kind} (${JSON.stringify(value)})`,
    remedy: `Put it in quotes: "${source}".`,
    fixes: [{ path, edit: { kind: "quote", to: source } }],
  };
}
