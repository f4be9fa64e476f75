/** Reads suites, and reports problems with their line like a compiler. */
import { dirname, isAbsolute, join } from "node:path";

import type { ObjectLike } from "../../../rules/object";
import { Failure } from "../../terminal/failure";
import type { Diagnostic } from "../../manifests/diagnostic";
import {
  failureProblem,
  problemLine,
  readAllManifests,
  readManifests,
  textProblem,
  type Manifest,
} from "../../manifests/manifests";
import { fieldOf, type FieldPath } from "../../../rules/problem";
import {
  objectProblemsOf,
  shapeProblemsOf,
  type ShapeProblem,
} from "../../manifests/object-shapes";
import {
  SUITE_API_VERSION,
  SUITE_KIND,
  suiteSchema,
  type CaseFields,
  type Expectation,
  type SuiteFields,
} from "./suite-schema";

/** A suite with everything that it refers to. */
export interface Suite {
  name: string;
  file: string;
  /** The namespace of objects that do not name one. Undefined if the suite does not set it. */
  namespace: string | undefined;
  manifests: Manifest[];
  cases: SuiteCase[];
}

export interface SuiteCase extends Pick<CaseFields, "name" | "workload"> {
  line: number;
  column: number;
  namespace: string | undefined;
  /** Manifests in addition to those of the suite. */
  manifests: Manifest[];
  /** The Pod or workload in the case itself. */
  object: Manifest | undefined;
  expect: Expectation;
}

/** Suites, and the problems of invalid ones. */
export interface ReadSuites {
  suites: Suite[];
  problems: Diagnostic[];
}

/** @param filename files, folders whose YAML and JSON files are read, or - for stdin. */
export function readSuites(filename: string[]): ReadSuites {
  const unread: Diagnostic[] = [];
  const { manifests, problems } = readManifests({ filename }, (failure, name) => {
    unread.push(failureProblem(failure, name));
  });
  const found = suitesAmong(manifests);
  const errors = [...unread, ...problems].filter(({ level }) => level === "error");
  return { suites: found.suites, problems: [...errors, ...found.problems] };
}

/** Parses the suites among these objects. */
export function suitesAmong(manifests: readonly Manifest[]): ReadSuites {
  const problems: Diagnostic[] = [];
  const suites = manifests.flatMap(manifest => suiteOf(manifest, problems) ?? []);
  return { suites, problems };
}

/** Whether an object is intended as a suite. */
export function isSuite({ object }: Manifest): boolean {
  return object.kind === SUITE_KIND && object.apiVersion === SUITE_API_VERSION;
}

/** @throws Failure with a line for each problem. */
export function failUnlessSound({ suites, problems }: ReadSuites): void {
  if (suites.length > 0 || problems.length === 0) return;
  const lines = problems.map(problem => {
    const { field, problem: what } = problem;
    return problemLine({ ...problem, problem: field === "" ? what : `${field}: ${what}` });
  });
  throw new Failure(lines.join("\n"), "`gmsa explain test-suites` has an example.");
}

/** Undefined if the suite is invalid. Its problems are added to `problems`. */
function suiteOf(manifest: Manifest, problems: Diagnostic[]): Suite | undefined {
  const value = withLongExpectations(manifest.object);
  const found = [...shapeProblemsOf(value, suiteSchema), ...objectProblemsIn(value)];
  const before = problems.length;
  const complain = ({ path, message }: ShapeProblem): void => {
    const { file } = manifest;
    const place = { line: manifest.lineOf(path), column: manifest.columnOf(path) };
    const problem = { ...place, problem: message, remedy: "" };
    problems.push({ ...textProblem(file, "suite", problem), field: fieldOf(path) });
  };
  if (manifest.object.kind !== SUITE_KIND) {
    const message = `must be ${SUITE_KIND}, not ${manifest.object.kind}`;
    complain({ path: ["kind"], message: `${message} of ${SUITE_API_VERSION}` });
    return undefined;
  }
  const byLine = found.map(problem => ({ problem, line: manifest.lineOf(problem.path) }));
  byLine
    .sort((left, right) => left.line - right.line)
    .forEach(({ problem }) => {
      complain(problem);
    });
  if (problems.length > before) return undefined;
  const suite = complete(manifest, value as SuiteFields, complain);
  return problems.length > before ? undefined : suite;
}

/** Expands `expect: admitted` to `expect: { outcome: admitted }`. */
function withLongExpectations(object: ObjectLike): unknown {
  const { cases } = object as { cases?: unknown };
  if (!Array.isArray(cases)) return object;
  return {
    ...object,
    cases: cases.map((one: unknown) => {
      const expect = (one as { expect?: unknown } | null)?.expect;
      return typeof expect === "string" ? { ...(one as object), expect: { outcome: expect } } : one;
    }),
  };
}

/** Finds values in the objects of the cases that the API server could not decode. */
function objectProblemsIn(value: unknown): ShapeProblem[] {
  const { cases } = value as { cases?: unknown };
  if (!Array.isArray(cases)) return [];
  return cases.flatMap((one: unknown, index) => {
    const object = (one as { object?: ObjectLike } | null)?.object;
    if (typeof object?.apiVersion !== "string" || typeof object.kind !== "string") return [];
    return objectProblemsOf(object)
      .slice(0, 1)
      .map(problem => ({ ...problem, path: ["cases", index, "object", ...problem.path] }));
  });
}

function complete(
  manifest: Manifest,
  { name, namespace, manifests, cases }: SuiteFields,
  complain: (problem: ShapeProblem) => void,
): Suite {
  const read = (names: string[] | undefined, path: FieldPath): Manifest[] =>
    (names ?? []).flatMap((file, index) => {
      try {
        return readAllManifests({ filename: [besides(manifest.file, file)] });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        complain({ path: [...path, index], message: error.message });
        return [];
      }
    });
  return {
    name: name ?? manifest.file,
    file: manifest.file,
    namespace,
    manifests: read(manifests, ["manifests"]),
    cases: cases.map((one, index) => {
      const path = ["cases", index];
      if (one.object !== undefined && one.workload !== undefined) {
        complain({ path: [...path, "workload"], message: "cannot be given beside object" });
      }
      const found: SuiteCase = {
        name: one.name,
        line: manifest.lineOf(path),
        column: manifest.columnOf(path),
        namespace: one.namespace,
        workload: one.workload,
        manifests: read(one.manifests, [...path, "manifests"]),
        object: objectManifest(manifest, one, path),
        expect: one.expect,
      };
      if (one.object === undefined && one.workload === undefined && one.manifests === undefined) {
        complain({ path, message: "does not name a Pod: give object, workload, or manifests" });
      }
      return found;
    }),
  };
}

function objectManifest(
  suite: Manifest,
  { object }: CaseFields,
  path: FieldPath,
): Manifest | undefined {
  return object === undefined
    ? undefined
    : {
        object: object as ObjectLike,
        file: suite.file,
        lineOf: (inside = []) => suite.lineOf([...path, "object", ...inside]),
        columnOf: (inside = []) => suite.columnOf([...path, "object", ...inside]),
        plainAt: inside => suite.plainAt([...path, "object", ...inside]),
        place: { ...suite.place, path: [...suite.place.path, ...path, "object"] },
      };
}

/** Paths in a suite are relative to its file. */
function besides(suite: string, file: string): string {
  return isAbsolute(file) || suite === "stdin" ? file : join(dirname(suite), file);
}
