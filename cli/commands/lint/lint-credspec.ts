import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { CREDSPEC } from "../../../rules/credspec/checks/fields";
import { credspecSchema } from "../../../rules/credspec/checks/schema";
import { misplacedContents } from "../../../rules/credspec/near-kind";
import { NAME_RULE, objectNameFrom, valueAt } from "../../../rules/object";
import type { CredspecProblem, FieldPath } from "../../../rules/problem";
import { diagnosticOf, type Diagnostic } from "../../manifests/diagnostic";
import type { Manifest } from "../../manifests/manifests";
import { credspecObjectFindings, nameProblem } from "../../manifests/object-checks";
import { shapeProblemsOf } from "../../manifests/object-shapes";
import { corrected, unquotedProblem, type Unquoted } from "../../manifests/unquoted";

/**
 * The problems of a GMSACredentialSpec, or of an object that was intended as one: its kind, name and
 * contents.
 */
export function lintCredspec(manifest: Manifest): Diagnostic[] {
  const root = misplacedContents(manifest.object)?.path ?? CREDSPEC;
  return [
    ...credspecObjectFindings(manifest),
    ...lintName(manifest),
    ...lintContents(manifest, root),
  ];
}

/** @param root path of the contents. */
function lintContents(manifest: Manifest, root: FieldPath): Diagnostic[] {
  const written = valueAt(manifest.object, root);
  const found = checkCredspec(written);
  const { problems, unquoted } = found.some(({ reason }) => reason === "types")
    ? asMeant(written, path => manifest.plainAt([...root, ...path]))
    : { problems: found, unquoted: [] };
  const isAtTop = root.length === 0;
  const isWanted = ({ reason }: CredspecProblem): boolean => !isAtTop || reason !== "unknown keys";
  return [
    ...unquoted.map(each =>
      diagnosticOf(manifest, unquotedProblem({ ...each, path: [...root, ...each.path] })),
    ),
    ...problems.filter(isWanted).map(problem => diagnosticOf(manifest, movedTo(problem, root))),
  ];
}

/** The problems of contents when unquoted strings are read as strings. */
function asMeant(
  written: unknown,
  plainAt: (path: FieldPath) => string | undefined,
): { problems: CredspecProblem[]; unquoted: Unquoted[] } {
  const { value, unquoted } = corrected(
    written,
    contents => shapeProblemsOf(contents, credspecSchema),
    plainAt,
  );
  return { problems: checkCredspec(value), unquoted };
}

/** Moves a problem to the actual path of the contents. */
function movedTo(problem: CredspecProblem, root: FieldPath): CredspecProblem {
  const moved = (path: FieldPath): FieldPath => [...root, ...path.slice(CREDSPEC.length)];
  const places = problem.places.map(({ path, text }) => ({ path: moved(path), text }));
  const { fixes } = problem;
  return {
    ...problem,
    places,
    ...(fixes === undefined
      ? {}
      : { fixes: fixes.map(fix => ({ ...fix, path: moved(fix.path) })) }),
  };
}

/** The API server refuses an invalid name. An example in the Kubernetes documentation has one. */
function lintName(manifest: Manifest): Diagnostic[] {
  const { name } = manifest.object.metadata ?? {};
  if (name === undefined) return [];
  const problem = nameProblem(
    name,
    () =>
      `Names are ${NAME_RULE}, and begin and end with a letter or digit: ` +
      `${objectNameFrom(name) || "webapp1"}, for example, here and wherever Pods and roles name it.`,
  );
  return problem === undefined ? [] : [diagnosticOf(manifest, problem)];
}
