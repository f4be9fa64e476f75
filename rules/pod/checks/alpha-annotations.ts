import type { PodProblem } from "../../problem";
import { alphaAnnotationsOf } from "../alpha-annotations";
import { describePlace, placesOf, type Place, type PodLike } from "../windows-options";

/**
 * The annotations by which Pods asked for GMSA in Kubernetes 1.14 and 1.15 are read by nobody since.
 *
 * Restricted fields: annotations pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name and -spec,
 * and CONTAINER.container.alpha.windows.kubernetes.io/… Allowed: absent.
 *
 * Source: KEP-689, "Graduation from alpha to beta".
 */
export function checkAlphaAnnotations(pod: PodLike): PodProblem[] {
  return alphaAnnotationsOf(pod).map(({ key, container, isName, value }) => {
    const place = placeFor(pod, container);
    const holder = container === "" ? "the Pod" : `container "${container}"`;
    const field = "securityContext.windowsOptions.gmsaCredentialSpecName";
    const name = isName && value !== "" ? `${field}: ${value}` : field;
    return {
      level: "warning",
      reason: "alpha annotation",
      places: [{ path: ["metadata", "annotations", key], text: `annotation ${key}` }],
      problem: `annotation ${key} does nothing since Kubernetes 1.16: ${holder} ${stateOf(place)}`,
      remedy: `Remove it, and set ${name} in ${container === "" ? "the spec of the Pod" : holder}.`,
    };
  });
}

function placeFor(pod: PodLike, container: string): Place | undefined {
  return placesOf(pod).find(place =>
    container === "" ? place.kind === "pod" : place.kind !== "pod" && place.name === container,
  );
}

function stateOf(place: Place | undefined): string {
  if (place === undefined) return "is not there";
  const name = place.options?.gmsaCredentialSpecName ?? "";
  return name === ""
    ? "runs without that identity"
    : `uses "${name}", which ${describePlace(place)} names by its field`;
}
