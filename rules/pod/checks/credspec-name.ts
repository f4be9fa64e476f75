import { isObjectName } from "../../object";
import { describePlace, gmsaPlacesOf, problemPlace, type PodLike } from "../windows-options";
import type { PodProblem } from "../../problem";

/**
 * A name that no object can have is refused by the API server itself.
 *
 * Restricted fields: windowsOptions.gmsaCredentialSpecName of all places. Allowed: DNS subdomains
 * (RFC 1123) of at most 253 characters.
 *
 * Source: core validation, ValidateDNS1123Subdomain.
 */
export function checkCredspecNames(pod: PodLike): PodProblem[] {
  return gmsaPlacesOf(pod)
    .filter(({ credspecName }) => credspecName !== "" && !isObjectName(credspecName))
    .map(place => ({
      level: "error",
      reason: "credspec name",
      places: [problemPlace(place, "gmsaCredentialSpecName")],
      credspec: place.credspecName,
      problem: `no GMSACredentialSpec can be named "${place.credspecName}" (${describePlace(place)})`,
      remedy:
        "Names are lower case letters, digits, - and ., and begin and end with a letter or digit; " +
        "`kubectl get gmsa` lists those that there are.",
    }));
}
