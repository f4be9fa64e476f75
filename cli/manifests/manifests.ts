/** Kubernetes objects in YAML and JSON, with where they are from. */
import { CORE_SCHEMA, Type, YAMLException, loadAll } from "js-yaml";

import type { ObjectLike } from "../../rules/object";
import { Failure } from "../terminal/failure";
import { onLine, type Diagnostic } from "./diagnostic";
import { FieldLines } from "./field-lines";
import type { FieldPath } from "../../rules/problem";
import { DEEPEST, nestingOf } from "./json-nesting";
import { membersOf } from "./lists";
import { addFilenameOptions, readTextFiles, type FilenameOptions } from "./manifest-files";
import { anyObject, objectProblemOf, shapeProblemOf, type ShapeProblem } from "./object-shapes";
import type { TextFile } from "./text-file";

export { addFilenameOptions };
export type { FieldPath, FilenameOptions };

/** An object and where it is from. */
export interface Manifest {
  object: ObjectLike;
  /** The path of the file as the user gave it, or `stdin`. */
  file: string;
  /**
   * The line on which a field of the object begins, from 1; of the object itself if the path is
   * empty. Parses the text once more, so it is for what is reported.
   */
  lineOf: (path?: FieldPath) => number;
}

/** What is in the files. */
export interface Manifests {
  manifests: Manifest[];
  /** What is not an object, or not one that the API server would decode. */
  problems: Diagnostic[];
}

/** The core types of YAML 1.2, and `<<` of YAML 1.1, which kubectl takes and people write. */
const SCHEMA = CORE_SCHEMA.extend({
  implicit: [
    new Type("tag:yaml.org,2002:merge", { kind: "scalar", resolve: data => data === "<<" }),
  ],
});

/**
 * The objects in files, folders and stdin: all documents, and the members of Lists.
 *
 * @throws Failure if a file cannot be read.
 */
export function readManifests(options: FilenameOptions): Manifests {
  const all: Manifests = { manifests: [], problems: [] };
  for (const file of readTextFiles(options)) {
    const { manifests, problems } = parseManifests(file);
    all.manifests.push(...manifests);
    all.problems.push(...problems);
  }
  return all;
}

/**
 * The same, for commands that need every object.
 *
 * @throws Failure also if something in the files is no object.
 */
export function readAllManifests(options: FilenameOptions): Manifest[] {
  const { manifests, problems } = readManifests(options);
  if (problems.length > 0) {
    throw new Failure(problems.map(each => onLine(each, each.problem)).join("\n"));
  }
  return manifests;
}

/** The objects in one text. */
export function parseManifests(file: TextFile): Manifests {
  let documents: unknown[];
  try {
    documents = documentsIn(file.text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark.line + 1;
    return { manifests: [], problems: [unreadable(file.name, line, error.reason)] };
  }
  const found: Manifests = { manifests: [], problems: [] };
  const lines = new FieldLines(file.text);
  for (const [document, value] of documents.entries()) {
    // An empty document, such as a comment before the first ---.
    if (value !== null && value !== undefined) {
      const lineOf = (path: FieldPath = []): number => lines.lineOf(document, path);
      addObject(found, { value, file: file.name, lineOf });
    }
  }
  return found;
}

/** Of what is not an object, there is no field to name. */
function unreadable(file: string, line: number, problem: string): Diagnostic {
  return { level: "error", file, line, object: "", field: "", problem, remedy: "" };
}

/** A value that is to be an object, and where it is from. */
interface Found extends Omit<Manifest, "object"> {
  value: unknown;
}

function documentsIn(text: string): unknown[] {
  if (text.trimStart().startsWith("{") && nestingOf(text) <= DEEPEST) {
    try {
      // Much faster; whatever it does not take may still be YAML, or several documents.
      return [JSON.parse(text)];
    } catch {
      // Then the YAML parser says what is wrong, and where.
    }
  }
  return loadAll(text, undefined, { schema: SCHEMA });
}

function addObject(found: Manifests, { value, file, lineOf }: Found): void {
  const problem = (what: string, { path, message }: ShapeProblem): void => {
    const text = path.length === 0 ? message : `${path.join(".")}: ${message}`;
    found.problems.push(unreadable(file, lineOf(path), `${what}: ${text}`));
  };
  const noObject = shapeProblemOf(value, anyObject);
  if (noObject !== undefined) {
    problem("no Kubernetes object", noObject);
    return;
  }
  const object = value as ObjectLike;
  const members = membersOf(object);
  if (Array.isArray(members)) {
    for (const [index, member] of members.entries()) {
      const lineOfMember = (path: FieldPath = []): number => lineOf(["items", index, ...path]);
      addObject(found, { value: member, file, lineOf: lineOfMember });
    }
    return;
  }
  const wrong = members ?? objectProblemOf(object);
  if (wrong === undefined) {
    found.manifests.push({ object, file, lineOf });
  } else {
    problem(`no valid ${object.kind}`, wrong);
  }
}
