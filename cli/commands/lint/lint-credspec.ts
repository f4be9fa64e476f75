import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { isObjectName, NAME_RULE, objectNameFrom } from "../../../rules/object";
import type { Manifest } from "../../manifests/manifests";
import { pathOf } from "../../manifests/diagnostic";
import type { LintFinding } from "../../manifests/diagnostic";

/** What is to be found about the name of a GMSACredentialSpec, and about its credspec. */
export function lintCredspec(manifest: Manifest): LintFinding[] {
  const { object, file, lineOf } = manifest;
  const { credspec } = object as { credspec?: unknown };
  const found = checkCredspec(credspec).map(
    ({ level, field, found, expected, remedy }): LintFinding => ({
      level,
      file,
      line: lineOf(pathOf(field)),
      object: nameOf(manifest),
      field,
      problem: `should be ${expected}, but is ${found}`,
      remedy,
    }),
  );
  return [...lintName(manifest), ...found];
}

/** The API server refuses such a name, and an example of Kubernetes' own documentation has one. */
function lintName(manifest: Manifest): LintFinding[] {
  const { object, file, lineOf } = manifest;
  const { name } = object.metadata ?? {};
  if (name === undefined || isObjectName(name)) {
    return [];
  }
  return [
    {
      level: "error",
      file,
      line: lineOf(["metadata", "name"]),
      object: nameOf(manifest),
      field: "metadata.name",
      problem: `no object can be named "${name}"`,
      remedy:
        `Names are ${NAME_RULE}, and begin and end with a letter or digit: ` +
        `${objectNameFrom(name) || "webapp1"}, for example, here and wherever Pods and roles name it.`,
    },
  ];
}

function nameOf({ object }: Manifest): string {
  return `${object.kind}/${object.metadata?.name ?? ""}`;
}
