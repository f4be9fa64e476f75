import { isObjectName } from "../../object";
import { placeholderIn } from "../../placeholder";
import { describePlace, problemPlace, type GmsaPlace } from "../windows-options";
import type { PodProblem } from "../../problem";

/**
 * The API server refuses a name that no object can have. Placeholders from a guide or a template are
 * reported too.
 *
 * Restricted fields: windowsOptions.gmsaCredentialSpecName of all places. Allowed: DNS subdomains (RFC
 * 1123) of at most 253 characters.
 *
 * Source: core validation, ValidateDNS1123Subdomain.
 */
export function checkCredspecNames(places: readonly GmsaPlace[]): PodProblem[] {
  return places.flatMap(place => {
    const problem = nameProblemOf(place.credspecName, describePlace(place));
    return problem === undefined
      ? []
      : [{ ...problem, places: [problemPlace(place, "gmsaCredentialSpecName")] }];
  });
}

/**
 * Returns the problem of a name, without its place; undefined if there is none, or no name.
 *
 * @param where where the name is, in words.
 */
export function nameProblemOf(name: string, where: string): Omit<PodProblem, "places"> | undefined {
  const placeholder = placeholderIn(name);
  const isValid = isObjectName(name);
  if (name === "" || (isValid && placeholder === undefined)) return undefined;
  const level = isValid ? "warning" : "error";
  return placeholder === undefined
    ? {
        level,
        reason: "credspec name",
        credspec: name,
        problem: `no GMSACredentialSpec can be named "${name}" (${where})`,
        remedy:
          "Names are lower case letters, digits, - and ., and begin and end with a letter or digit. " +
          "Run `kubectl get gmsa` to list the existing ones.",
      }
    : {
        level,
        reason: "pod placeholder",
        problem: `"${name}" is a placeholder that was not replaced (${where})`,
        remedy: "Write the name of a GMSACredentialSpec; run `kubectl get gmsa` to list them.",
      };
}
