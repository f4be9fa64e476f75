import { fieldOf, type PodProblem } from "../../problem";
import type { WrongField } from "../wrong-field";

/**
 * The API server refuses or drops unknown fields. If it drops one, the Pod runs without the identity
 * that it requested.
 *
 * Restricted fields: keys of securityContext and windowsOptions that are near to a real one, and
 * windowsOptions, gmsaCredentialSpecName and gmsaCredentialSpec at any other level. Allowed: absent.
 *
 * Source: field validation of the API server,
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
 */
export function checkFieldNames(fields: readonly WrongField[]): PodProblem[] {
  return fields.map(({ path, meant, isMisplaced, isGmsa, fix }) => {
    const key = String(path.at(-1));
    const what = isMisplaced ? "does not belong here" : "is not a field";
    const consequence = isGmsa ? ": the Pod would run without the identity that it asks for" : "";
    return {
      level: "error",
      reason: "field name",
      places: [{ path, text: fieldOf(path) }],
      problem: `${key} ${what}, and the API server refuses or drops it${consequence}`,
      remedy: remedyFor(meant, isMisplaced),
      ...(fix === undefined ? {} : { fixes: [fix] }),
    };
  });
}

function remedyFor(meant: string, isMisplaced: boolean): string {
  if (meant.split(".").at(-1) === "gmsaCredentialSpec") {
    return "Set windowsOptions.gmsaCredentialSpecName: contents are filled in from the resource.";
  }
  return isMisplaced
    ? `Did you mean ${meant} of the Pod's spec or of a container?`
    : `Did you mean ${meant}?`;
}
