import { problemPlace, placesOf, type Place, type PodLike } from "../windows-options";
import type { PodProblem } from "../../problem";
import { isBlank } from "../../text";

/**
 * The key of a name or of contents without a value, as a guide or the template of a chart leaves it
 * behind: null is dropped, so that nothing is named; the API server refuses an empty text. Neither
 * gets as far as a webhook, so only manifests are checked for it.
 *
 * Restricted fields: windowsOptions.gmsaCredentialSpecName and gmsaCredentialSpec of all places.
 * Allowed: absent, a text; of contents, null, and an empty text beside a name, which Mutate fills in.
 *
 * Source: core validation, ValidateWindowsSecurityContextOptions.
 */
export function checkNoValue(pod: PodLike): PodProblem[] {
  // Of nearly all places there is nothing to look at.
  const places = placesOf(pod).filter(({ options }) => options !== undefined);
  return places.flatMap(place =>
    (["gmsaCredentialSpecName", "gmsaCredentialSpec"] as const).flatMap(field => {
      const value: unknown = place.options?.[field];
      const isFilledIn =
        field === "gmsaCredentialSpec" && !isBlank(place.options?.gmsaCredentialSpecName ?? "");
      if (value === "" && isFilledIn) return [];
      if (value === "")
        return problem(place, field, "is an empty string: the API server refuses it");
      return value === null && field === "gmsaCredentialSpecName"
        ? problem(place, field, "has no value, so it names no credential spec")
        : [];
    }),
  );
}

function problem(
  place: Place,
  field: "gmsaCredentialSpecName" | "gmsaCredentialSpec",
  what: string,
): PodProblem {
  return {
    level: place.options?.[field] === "" ? "error" : "warning",
    reason: "no value",
    places: [problemPlace(place, field)],
    problem: `${field} ${what}`,
    remedy: "Write the name of a GMSACredentialSpec, or leave the field out.",
  };
}
