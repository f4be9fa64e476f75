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
  return places
    .filter(
      ({ credspecName: name }) =>
        name !== "" && (!isObjectName(name) || placeholderIn(name) !== undefined),
    )
    .map(place => {
      const { credspecName: credspec } = place;
      const level = isObjectName(credspec) ? "warning" : "error";
      const common = { level, places: [problemPlace(place, "gmsaCredentialSpecName")] } as const;
      const placeholder = placeholderIn(credspec);
      return placeholder === undefined
        ? {
            ...common,
            reason: "credspec name",
            credspec,
            problem: `no GMSACredentialSpec can be named "${credspec}" (${describePlace(place)})`,
            remedy:
              "Names are lower case letters, digits, - and ., and begin and end with a letter or digit. " +
              "Run `kubectl get gmsa` to list the existing ones.",
          }
        : {
            ...common,
            reason: "pod placeholder",
            problem: `"${credspec}" is a placeholder that was not replaced (${describePlace(place)})`,
            remedy: "Write the name of a GMSACredentialSpec; run `kubectl get gmsa` to list them.",
          };
    });
}
