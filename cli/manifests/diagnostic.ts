/** A problem with its position in a file. */
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

/** A problem in a file: it cannot work (error), or probably does not do what is intended (warning). */
export interface Diagnostic {
  level: Problem["level"];
  /** Such as `GMSA213`; see docs/reference/lint.md. */
  code: string;
  file: string;
  /** Starts at 1. */
  line: number;
  /** Starts at 1. */
  column: number;
  /** Such as `Deployment/shop`; empty if there is no object. */
  object: string;
  /** Such as `spec.template.spec.nodeSelector`; empty for the whole object. */
  field: string;
  /** A clause. */
  problem: string;
  /** A sentence, or empty. */
  remedy: string;
  /** The fixes of `gmsa lint --fix`. Absent if several answers may be right. */
  fixes?: readonly DocumentFix[];
}

/** A fix, with the document of the file that its path starts in. */
export interface DocumentFix extends Fix {
  /** Starts at 0. */
  document: number;
}

/** The position of an object in its file. An object in a List has a path. */
export interface DocumentPlace {
  document: number;
  path: FieldPath;
}

/** An object with its position in a file, such as a Manifest. */
export interface Located {
  object: ObjectLike;
  file: string;
  lineOf: (path?: FieldPath) => number;
  columnOf: (path?: FieldPath) => number;
  place: DocumentPlace;
}

/**
 * A problem of an object, at its first place.
 *
 * @param root path of the object's part that the problem's paths start in, such as a Pod template.
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

/** `file:line: message`, the format of compilers, so that editors find the line. */
export function onLine({ file, line }: Pick<Diagnostic, "file" | "line">, message: string): string {
  return `${file}:${line}: ${message}`;
}

/** The object and the field, such as `Pod/web spec.os.name`; empty for a text. */
export function subjectOf({ object, field }: Pick<Diagnostic, "object" | "field">): string {
  return [object, field].filter(part => part !== "").join(" ");
}

/** One line for each problem, with its remedy below. */
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
