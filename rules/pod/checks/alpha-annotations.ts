import type { ObjectLike } from "../../object";
import type { Fix, PodProblem } from "../../problem";
import { gmsaAnnotationsOf, type AlphaAnnotation } from "../alpha-annotations";
import {
  describePlace,
  gmsaSettingsOf,
  placesOf,
  problemPlace,
  type Place,
  type PodLike,
} from "../windows-options";

/**
 * Pods requested GMSA with annotations in Kubernetes 1.14 and 1.15. Later versions ignore them.
 *
 * Annotations that resemble these never had an effect.
 *
 * Restricted fields: annotations pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name and -spec,
 * and CONTAINER.container.alpha.windows.kubernetes.io/… Allowed: absent.
 *
 * Source: KEP-689, "Graduation from alpha to beta".
 */
export function checkAlphaAnnotations(pod: PodLike): PodProblem[] {
  return gmsaAnnotationsOf(pod).map(annotation => {
    const { key, container, isName, isExact, value } = annotation;
    const place = placeFor(pod, container);
    const holder = container === "" ? "the Pod" : `container "${container}"`;
    const field = "securityContext.windowsOptions.gmsaCredentialSpecName";
    const why = isExact ? "has no effect since Kubernetes 1.16" : "never had an effect";
    const name = isName && value !== "" ? `${field}: ${value}` : field;
    return {
      level: "warning",
      reason: "alpha annotation",
      places: [{ path: ["metadata", "annotations", key], text: `annotation ${key}` }],
      problem: `annotation ${key} ${why}: ${holder} ${stateOf(place)}`,
      remedy: `Remove it, and set ${name} in ${container === "" ? "the spec of the Pod" : holder}.`,
      ...fixOf(annotation, place),
    };
  });
}

/** Checks the annotations of the workload itself, which no version of Kubernetes ever read. */
export function checkAnnotationsAround(
  { metadata }: Pick<ObjectLike, "metadata">,
  pod: PodLike,
): PodProblem[] {
  const asPod = { ...pod, metadata: metadata ?? {} };
  return checkAlphaAnnotations(asPod).map(problem => ({ ...problem, fixes: [] }));
}

/** Returns no correction if the annotation contradicts the field, or if contents do not have a name. */
function fixOf(
  { key, isName, isExact, value }: AlphaAnnotation,
  place: Place | undefined,
): { fixes?: readonly Fix[] } {
  // No version ever read such an annotation, so the field to move it to would be a guess.
  if (place === undefined || !isExact) return {};
  const path = ["metadata", "annotations", key];
  const { credspecName, contents } = gmsaSettingsOf(place);
  if (credspecName !== "" && (!isName || value === credspecName)) {
    return { fixes: [{ path, edit: { kind: "remove" } }] };
  }
  if (!isName || value === "" || credspecName !== "" || contents !== "") return {};
  const { path: to } = problemPlace(place, "gmsaCredentialSpecName");
  return { fixes: [{ path, edit: { kind: "move", to } }] };
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
