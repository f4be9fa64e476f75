import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { isObjectName, NAME_RULE, objectNameFrom } from "../../../rules/object";
import { diagnosticOf, type Diagnostic } from "../../manifests/diagnostic";
import type { Manifest } from "../../manifests/manifests";

/** Problems of the name of a GMSACredentialSpec, and of its credspec. */
export function lintCredspec(manifest: Manifest): Diagnostic[] {
  const { credspec } = manifest.object as { credspec?: unknown };
  return [
    ...lintName(manifest),
    ...checkCredspec(credspec).map(problem => diagnosticOf(manifest, problem)),
  ];
}

/** The API server refuses such a name, and an example of Kubernetes' own documentation has one. */
function lintName(manifest: Manifest): Diagnostic[] {
  const { name } = manifest.object.metadata ?? {};
  if (name === undefined || isObjectName(name)) return [];
  return [
    diagnosticOf(manifest, {
      level: "error",
      reason: "credspec name",
      places: [{ path: ["metadata", "name"], text: "metadata.name" }],
      problem: `no object can be named "${name}"`,
      remedy:
        `Names are ${NAME_RULE}, and begin and end with a letter or digit: ` +
        `${objectNameFrom(name) || "webapp1"}, for example, here and wherever Pods and roles name it.`,
    }),
  ];
}
