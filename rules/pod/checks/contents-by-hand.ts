import { MALFORMED, malformationOf } from "../../json-object";
import { describePlace, problemPlace, type GmsaPlace } from "../windows-options";
import type { PodProblem } from "../../problem";

/**
 * Admission fills in the contents of a place with a name. If they are written by hand, the Pod is
 * refused as soon as the credential spec changes, and at once if they cannot be those of any.
 *
 * Restricted fields: windowsOptions.gmsaCredentialSpec of places with a name. Allowed: absent.
 *
 * Source: KEP-689.
 */
export function checkContentsByHand(places: readonly GmsaPlace[]): PodProblem[] {
  return places
    .filter(({ credspecName, contents }) => credspecName !== "" && contents !== "")
    .map(place => ({
      ...judged(place),
      reason: "contents by hand",
      places: [problemPlace(place, "gmsaCredentialSpec")],
      credspec: place.credspecName,
      remedy: "Remove gmsaCredentialSpec: it is filled in at admission.",
    }));
}

function judged(place: GmsaPlace): Pick<PodProblem, "level" | "problem"> {
  const what = `the contents of credential spec "${place.credspecName}"`;
  const where = describePlace(place);
  const malformation = malformationOf(place.contents);
  return malformation === undefined
    ? {
        level: "warning",
        problem: `${what} are written out in ${where}: once the credential spec changes, the Pod is refused`,
      }
    : {
        level: "error",
        problem: `${what} in ${where} ${MALFORMED[malformation]}, and the Pod is refused`,
      };
}
