/** Reads Kubernetes objects from YAML and JSON, with their positions. */
import { codeOf } from "../../rules/codes";
import { contentsWithin } from "../../rules/credspec/near-kind";
import type { ObjectLike } from "../../rules/object";
import type { FieldPath, SuiteReason, TextReason } from "../../rules/problem";
import { Failure } from "../terminal/failure";
import { diagnosticOf, onLine, type Diagnostic, type DocumentPlace } from "./diagnostic";
import { documentsIn, isTemplate, RENDER_FIRST, type TextDocument } from "./documents";
import { FieldLines } from "./field-lines";
import { membersOf } from "./lists";
import { readTextFiles, type FilenameOptions, type OnFailure } from "./manifest-files";
import { anyObjectProblemsOf, objectProblemsOf, type ShapeProblem } from "./object-shapes";
import type { TextFile } from "./text-file";
import { corrected, unquotedProblem, type Unquoted } from "./unquoted";

export type { FieldPath, FilenameOptions };

/** An object with its position. */
export interface Manifest {
  object: ObjectLike;
  /** The path of the file as the user gave it, or `stdin`. */
  file: string;
  /**
   * The line of a field, starting at 1, or of the object if the path is empty. Parses the text again, so it
   * is only for findings.
   */
  lineOf: (path?: FieldPath) => number;
  /** The column of the field's value, starting at 1. */
  columnOf: (path?: FieldPath) => number;
  /** The source text of an unquoted scalar. Parses the text like lineOf. */
  plainAt: (path: FieldPath) => string | undefined;
  place: DocumentPlace;
}

/** The contents of files. */
export interface Manifests {
  manifests: Manifest[];
  /** Documents that are not objects, or that the API server could not decode. */
  problems: Diagnostic[];
}

/**
 * The objects in files, folders and stdin: all documents, and the items of Lists.
 *
 * @throws Failure if a file cannot be read, unless onFailure handles it.
 */
export function readManifests(options: FilenameOptions, onFailure?: OnFailure): Manifests {
  const all: Manifests = { manifests: [], problems: [] };
  for (const file of readTextFiles(options, undefined, onFailure)) {
    addAll(all, parseManifests(file));
  }
  return all;
}

/** Adds the contents of one file. */
export function addAll(all: Manifests, { manifests, problems }: Manifests): void {
  for (const manifest of manifests) all.manifests.push(manifest);
  for (const problem of problems) all.problems.push(problem);
}

/** A file that cannot be read, as a finding. */
export function failureProblem({ message, remedy }: Failure, file: string): Diagnostic {
  return textProblem(file, "unreadable", { line: 1, column: 1, problem: message, remedy });
}

/**
 * The same, for commands that need every object.
 *
 * @throws Failure also if a document is not an object.
 */
export function readAllManifests(options: FilenameOptions): Manifest[] {
  const { manifests, problems } = readManifests(options);
  const errors = problems.filter(({ level }) => level === "error");
  if (errors.length > 0) throw new Failure(errors.map(problemLine).join("\n"));
  return manifests;
}

/** Renders a problem of a text as a message, with its remedy if there is one. */
export function problemLine(problem: Diagnostic): string {
  const { problem: what, remedy } = problem;
  return onLine(problem, remedy === "" ? what : `${what}. ${remedy}`);
}

/** The objects in one text. */
export function parseManifests(file: TextFile): Manifests {
  const documents = documentsIn(file.text);
  const isEmpty = documents.every(({ value, failure }) => isNothing(value) && !failure);
  return isEmpty && file.isPiped === true
    ? { manifests: [], problems: [emptyProblem(file.name)] }
    : manifestsOf(file.name, documents);
}

/** An empty output of another program is probably a mistake. */
function emptyProblem(file: string): Diagnostic {
  return textProblem(file, "not an object", {
    line: 1,
    column: 1,
    problem: "the input does not contain a Kubernetes object",
    remedy: "The command before the pipe may have failed. Run it alone.",
  });
}

/** An empty document, such as a comment before the first ---. */
export function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

/** The objects in these documents of a file. */
export function manifestsOf(name: string, documents: readonly TextDocument[]): Manifests {
  const found: Manifests = { manifests: [], problems: [] };
  for (const [document, { text, firstLine, value, failure, doubt }] of documents.entries()) {
    if (failure !== undefined) {
      found.problems.push(textProblem(name, "unreadable", failure));
      continue;
    }
    if (doubt !== undefined) {
      const { code, ...rest } = textProblem(name, "duplicate key", doubt);
      found.problems.push({ ...rest, code, level: "warning" });
    }
    if (isNothing(value)) continue;
    const fields = new FieldLines(text, firstLine);
    const before = found.problems.length;
    addObject(found, {
      value,
      file: name,
      lineOf: (path = []) => fields.lineOf(path),
      columnOf: (path = []) => fields.columnOf(path),
      plainAt: path => fields.plainAt(path),
      place: { document, path: [] },
    });
    if (found.problems.length === before) continue;
    const lines = text.split("\n");
    for (const problem of found.problems.slice(before)) {
      // YAML reads {{ x }} as a mapping.
      const isRaw = problem.remedy === "" && isTemplate(lines[problem.line - firstLine - 1] ?? "");
      if (isRaw) problem.remedy = RENDER_FIRST;
    }
  }
  return found;
}

/** Without a field, because the text is not an object. */
export function textProblem(
  file: string,
  reason: TextReason | SuiteReason,
  { line, column, problem, remedy }: Pick<Diagnostic, "line" | "column" | "problem" | "remedy">,
): Diagnostic {
  const code = codeOf(reason);
  return { level: "error", code, file, line, column, object: "", field: "", problem, remedy };
}

const CONVERT =
  "This is the JSON of a credential spec. Run `gmsa convert` to convert it to a manifest.";

/** Whether a value is the JSON that New-CredentialSpec writes. */
function isBareCredspec(value: unknown): boolean {
  return contentsWithin(value)?.length === 0;
}

/** A value that should be an object, with its position. */
interface Found extends Omit<Manifest, "object"> {
  value: unknown;
}

function addObject(found: Manifests, { value, ...source }: Found): void {
  const read = corrected(value, anyObjectProblemsOf, source.plainAt);
  const [notObject] = read.wrong;
  if (notObject !== undefined) {
    const problem = shapeProblem(source, "not an object", "not a Kubernetes object", notObject);
    found.problems.push(isBareCredspec(value) ? { ...problem, remedy: CONVERT } : problem);
    return;
  }
  const object = read.value as ObjectLike;
  const members = membersOf(object);
  if (Array.isArray(members)) {
    addMembers(found, members, source);
  } else if (members === undefined) {
    addManifest(found, { object, ...source }, read.unquoted);
  } else {
    found.problems.push(shapeProblem(source, "shape", `not a valid ${object.kind}`, members));
  }
}

function addMembers(
  found: Manifests,
  members: readonly unknown[],
  list: Omit<Found, "value">,
): void {
  for (const [index, value] of members.entries()) {
    addObject(found, {
      value,
      file: list.file,
      lineOf: (path = []) => list.lineOf(["items", index, ...path]),
      columnOf: (path = []) => list.columnOf(["items", index, ...path]),
      plainAt: path => list.plainAt(["items", index, ...path]),
      place: { ...list.place, path: [...list.place.path, "items", index] },
    });
  }
}

/** @param unquoted unquoted strings in its metadata. */
function addManifest(found: Manifests, read: Manifest, unquoted: readonly Unquoted[]): void {
  const checked = corrected(
    read.object,
    object => objectProblemsOf(object as ObjectLike),
    read.plainAt,
  );
  const manifest = { ...read, object: checked.value as ObjectLike };
  for (const each of [...unquoted, ...checked.unquoted]) {
    found.problems.push(diagnosticOf(manifest, unquotedProblem(each)));
  }
  const [wrong] = checked.wrong;
  if (wrong === undefined) {
    found.manifests.push(manifest);
  } else {
    found.problems.push(shapeProblem(read, "shape", `not a valid ${read.object.kind}`, wrong));
  }
}

function shapeProblem(
  { file, lineOf, columnOf }: Omit<Found, "value">,
  reason: TextReason,
  what: string,
  { path, message }: ShapeProblem,
): Diagnostic {
  const text = path.length === 0 ? message : `${path.join(".")}: ${message}`;
  const problem = `${what}: ${text}`;
  const where = { line: lineOf(path), column: columnOf(path) };
  return textProblem(file, reason, { ...where, problem, remedy: "" });
}
