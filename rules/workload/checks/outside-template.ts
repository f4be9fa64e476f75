import type { ObjectLike } from "../../object";
import { checkFieldNames } from "../../pod/checks/field-names";
import { nameProblemOf } from "../../pod/checks/credspec-name";
import { fieldOf, type PodProblem } from "../../problem";
import { outsideTemplatesOf, type OutsideSetting } from "../outside-templates";

/**
 * Only the controller of an object knows into which Pods it copies settings from outside a Pod template.
 * They cannot be compared with grants, credential specs and nodes, so they are reported as information. A
 * name that is wrong in every Pod, and a misspelt field, are problems here as well.
 *
 * Restricted fields: gmsaCredentialSpecName, gmsaCredentialSpec and texts with them, in objects of other
 * kinds than those of Kubernetes, and in ConfigMaps. Allowed: all of them without a value.
 */
export function checkOutsideTemplate(object: ObjectLike): PodProblem[] {
  const { settings, wrongFields } = outsideTemplatesOf(object);
  return [
    ...checkFieldNames(wrongFields),
    ...settings.map(setting => problemOf(setting, object.kind)),
  ];
}

function problemOf({ path, kind, value }: OutsideSetting, of: string): PodProblem {
  const places = [{ path, text: fieldOf(path) }];
  const wrong = kind === "name" ? nameProblemOf(value, of) : undefined;
  if (wrong !== undefined) return { ...wrong, places };
  const common = { level: "information", reason: "outside template", places } as const;
  if (kind === "credspec") {
    return {
      ...common,
      problem:
        "this GMSACredentialSpec is not checked, because it is inside an object of another kind",
      remedy: "Run `gmsa lint` on a file with this object alone.",
    };
  }
  const named = {
    name: `the use of "${value}" is`,
    contents: "these contents are",
    text: "the GMSA settings in this text are",
    expression: `the value of ${value} is`,
  }[kind];
  return {
    ...common,
    problem: `${named} not checked, because the Pods depend on the program that reads the ${of}`,
    remedy: "The webhook checks these Pods when they are created.",
  };
}
