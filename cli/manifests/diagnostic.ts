/** A problem with its place in a file. */
import { codeOf } from "../../rules/codes";
import { fixUnder } from "../../rules/fix";
import {
  type Fix,
  fieldOf,
  type AnyReason,
  type FieldPath,
  type Problem,
} from "../../rules/problem";
import { describeObjectName, type ObjectLike } from "../../rules/object";
import type { Colours } from "../terminal/colours";

/** Something in a file that cannot work (error), or hardly does what was meant (warning). */
export interface Diagnostic {
  level: Problem["level"];
  /** Such as `GMSA213`; docs/reference/lint.md has them all. */
  code: string;
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** Such as `Deployment/shop`; empty for what is not an object. */
  object: string;
  /** Such as `spec.template.spec.nodeSelector`; empty for the object as a whole. */
  field: string;
  /** A clause. */
  problem: string;
  /** A sentence, or empty. */
  remedy: string;
  /** What `gmsa lint --fix` writes; absent where more than one answer may be right. */
  fixes?: readonly DocumentFix[];
}

/** A correction, with the document of the file whose fields it names. */
export interface DocumentFix extends Fix {
  /** From 0. */
  document: number;
}

/** Where an object is in its file: an object of a List has a path. */
export interface DocumentPlace {
  document: number;
  path: FieldPath;
}

/** Where in a file an object is; a Manifest says it. */
export interface Located {
  object: ObjectLike;
  file: string;
  lineOf: (path?: FieldPath) => number;
  columnOf: (path?: FieldPath) => number;
  place: DocumentPlace;
}

/**
 * The problem of an object, at the first of its places.
 *
 * @param root the fields that lead to what the problem's paths begin at, such as a Pod template.
 */
export function diagnosticOf(
  { object, file, lineOf, columnOf, place: { document, path: base } }: Located,
  { level, reason, places, problem, remedy, fixes }: Problem<AnyReason>,
  root: FieldPath = [],
): Diagnostic {
  const [place] = places;
  const path = place === undefined ? [] : [...root, ...place.path];
  const where = { file, line: lineOf(path), column: columnOf(path) };
  const what = { object: describeObjectName(object), field: fieldOf(path) };
  const written = fixes?.map(fix => ({ document, ...fixUnder([...base, ...root], fix) }));
  return {
    ...{ level, code: codeOf(reason), ...where, ...what, problem, remedy },
    ...(written === undefined ? {} : { fixes: written }),
  };
}

/** `file:line: message`, as compilers write it, so that editors find the line. */
export function onLine({ file, line }: Pick<Diagnostic, "file" | "line">, message: string): string {
  return `${file}:${line}: ${message}`;
}

/** The object and the field that it is about, such as `Pod/web spec.os.name`; empty for a text. */
export function subjectOf({ object, field }: Pick<Diagnostic, "object" | "field">): string {
  return [object, field].filter(part => part !== "").join(" ");
}

/** Each on its line, with what to do below. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[], colours: Colours): string {
  const levels = {
    error: colours.red("error"),
    warning: colours.yellow("warning"),
    information: colours.dim("information"),
  };
  return diagnostics
    .map(diagnostic => {
      const { level, code, problem, remedy } = diagnostic;
      const subject = subjectOf(diagnostic);
      const what = `${subject === "" ? problem : `${subject}: ${problem}`} (${code})`;
      return `${onLine(diagnostic, `${levels[level]}: ${what}`)}${remedy === "" ? "" : `\n  ${remedy}`}`;
    })
    .join("\n");
}
