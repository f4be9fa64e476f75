import { describePlace, problemPlace, type GmsaPlace } from "../windows-options";
import type { PodProblem } from "../../problem";

/**
 * Admission fills in the contents of a place with a name. If they are written by hand, the Pod is
 * refused as soon as the credential spec changes.
 *
 * Restricted fields: windowsOptions.gmsaCredentialSpec of places with a name. Allowed: absent.
 *
 * Source: KEP-689.
 */
export function checkContentsByHand(places: readonly GmsaPlace[]): PodProblem[] {
  return places
    .filter(({ credspecName, contents }) => credspecName !== "" && contents !== "")
    .map(place => ({
      level: "warning",
      reason: "contents by hand",
      places: [problemPlace(place, "gmsaCredentialSpec")],
      credspec: place.credspecName,
      problem: `the contents of credential spec "${place.credspecName}" are written out in ${describePlace(place)}: once the credential spec changes, the Pod is refused`,
      remedy: "Remove gmsaCredentialSpec: it is filled in at admission.",
    }));
}
