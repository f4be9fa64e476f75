/** Texts that someone forgot to put in quotes, so that kubectl reads something else. */
import { valueAt } from "../../rules/object";
import { type FieldPath, type Problem, fieldOf } from "../../rules/problem";
import type { ShapeProblem } from "./object-shapes";

/** A scalar that belongs in quotes. */
export interface Unquoted {
  path: FieldPath;
  /** As it is written. */
  source: string;
  /** As kubectl reads it. */
  value: unknown;
}

/** What of a value has another shape than it must have, once texts are what was meant. */
export interface Corrected {
  /** With the texts as they are written; the value itself where there is nothing to correct. */
  value: unknown;
  unquoted: Unquoted[];
  /** What else is wrong. */
  wrong: ShapeProblem[];
}

/**
 * @param problemsOf must be quick for a value of the right shape.
 * @param plainAt a scalar as it is written, if it is not in quotes.
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

/** What lint reports of it. */
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
