import { problemPlace, placesOf, type Place, type PodLike } from "../windows-options";
import type { PodProblem } from "../../problem";
import { isBlank } from "../../text";

/**
 * A name or contents without a value, as left behind by a guide or a chart template. The API server
 * drops null, so the Pod does not name a credential spec, and refuses an empty string. Of the kinds of
 * Kubernetes, neither reaches a webhook.
 *
 * Restricted fields: windowsOptions.gmsaCredentialSpecName and gmsaCredentialSpec of all places.
 * Allowed: absent, or a text; for contents also null, and an empty text if there is a name, which Mutate
 * fills in.
 *
 * Source: core validation, ValidateWindowsSecurityContextOptions.
 */
export function checkNoValue(pod: PodLike): PodProblem[] {
  // Most places do not have windowsOptions.
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
    remedy: "Write the name of a GMSACredentialSpec, or remove the field.",
  };
}
