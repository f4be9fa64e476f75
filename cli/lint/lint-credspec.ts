import { checkCredspec } from "../../capabilities/credspec-check";
import type { Manifest } from "../manifests/manifests";
import { pathOf } from "./lint-finding";
import type { LintFinding } from "./lint-finding";

/** What is to be found about the credspec of a GMSACredentialSpec. */
export function lintCredspec({ object, file, lineOf }: Manifest): LintFinding[] {
  const { credspec } = object as { credspec?: unknown };
  return checkCredspec(credspec).map(({ level, field, found, expected, remedy }) => ({
    level,
    file,
    line: lineOf(pathOf(field)),
    object: `${object.kind}/${object.metadata?.name ?? ""}`,
    field,
    problem: `should be ${expected}, but is ${found}`,
    remedy,
  }));
}
