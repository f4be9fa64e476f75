/** The namespaces in which the ValidatingAdmissionPolicy refuses GMSA. */
import type { V1ValidatingAdmissionPolicyBinding } from "@kubernetes/client-node";

import { describePlace, gmsaPlacesOf, problemPlace, type PodLike } from "../pod/windows-options";
import type { Problem } from "../problem";
import { namesWithin } from "../text";
import { selects, type LabelSelector } from "../label-selector";

/** Returns the selectors of the namespaces in which these bindings of the policy refuse GMSA. */
export function refusingSelectors(
  bindings: readonly V1ValidatingAdmissionPolicyBinding[],
): LabelSelector[] {
  return bindings
    .filter(({ spec }) => spec?.validationActions?.includes("Deny") === true)
    .map(({ spec }) => spec?.matchResources?.namespaceSelector ?? {});
}

/** Whether one of the selectors matches these labels. */
export function isRefused(
  selectors: readonly LabelSelector[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return selectors.some(selector => selects(selector, labels));
}

/** The most characters for the containers in the refusal. The policy names all of them. */
const ROOM_FOR_CONTAINERS = 1500;

/**
 * The refusal of a GMSA Pod in a namespace where the policy refuses GMSA, in the same words as the
 * policy.
 */
export function namespaceExcluded(namespace: string, pod: PodLike): Problem<"namespace excluded"> {
  const places = gmsaPlacesOf(pod);
  // The policy calls every kind of container a container.
  const called = places.map(place =>
    place.kind === "pod" ? place.kind : describePlace({ ...place, kind: "container" }),
  );
  return {
    level: "error",
    reason: "namespace excluded",
    places: places.map(place =>
      problemPlace(
        place,
        place.credspecName === "" ? "gmsaCredentialSpec" : "gmsaCredentialSpecName",
      ),
    ),
    problem: `GMSA cannot be used in namespace "${namespace}" (${namesWithin(called, ROOM_FOR_CONTAINERS)}): the webhook that checks GMSA settings does not cover it`,
    remedy: "Use another namespace.",
  };
}
