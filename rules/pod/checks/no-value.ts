import { problemPlace, placesOf, type Place, type PodLike } from "../windows-options";
import type { PodProblem } from "../../problem";
import { isBlank } from "../../text";

const FIELDS = ["gmsaCredentialSpecName", "gmsaCredentialSpec"] as const;

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
  return placesOf(pod).flatMap(place => {
    const { options } = place;
    // Where there is a name, the contents are filled in.
    if (options === undefined || !isBlank(options.gmsaCredentialSpecName ?? "")) return [];
    return FIELDS.flatMap(field => {
      const value: unknown = options[field];
      if (value === "") {
        return problem("error", place, field, "is an empty string: the API server refuses it");
      }
      return value === null && field === "gmsaCredentialSpecName"
        ? problem("warning", place, field, "has no value, so it names no credential spec")
        : [];
    });
  });
}

function problem(
  level: PodProblem["level"],
  place: Place,
  field: (typeof FIELDS)[number],
  what: string,
): PodProblem {
  return {
    level,
    reason: "no value",
    places: [problemPlace(place, field)],
    problem: `${field} ${what}`,
    remedy: "Write the name of a GMSACredentialSpec, or remove the field.",
  };
}
