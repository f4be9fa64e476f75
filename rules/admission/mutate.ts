/**
 * Mutate: inlines the contents in each place that names a credential spec and has none, if the Pod's
 * service account may use it. The sender of a Pod can read inlined contents even if the Pod is refused
 * later: the API server's own validation, which runs between Mutate and Validate, repeats contents that
 * are too long.
 *
 * Mutate never denies. If a name cannot be resolved it leaves the place as it is. Validate runs later,
 * always sees the Pod, and reports the reason.
 *
 * Source: KEP-689,
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-windows/689-windows-gmsa
 */
import { MOST_CONTENTS, namesToAsk } from "../pod/references";
import { newPlacesOf } from "../pod/change";
import type { CredspecState, PodReview } from "./validate";
import type { GmsaPlace } from "../pod/windows-options";

/** A place and the contents to fill in there. */
export interface Inlining {
  place: GmsaPlace;
  contents: string;
}

/** Returns the distinct credential specs whose contents are missing, to ask the cluster for. */
export function namesToInline({ pod, oldPod }: PodReview): string[] {
  const places = newPlacesOf(pod, oldPod);
  const waiting = new Set(places.filter(isWaiting).map(({ credspecName }) => credspecName));
  return namesToAsk(places).filter(name => waiting.has(name));
}

/**
 * Returns the contents to fill in, given the cluster's answer for each name of namesToInline. Returns
 * none if they would be larger than a Pod can hold.
 */
export function inlinings(
  { pod, oldPod }: PodReview,
  answers: ReadonlyMap<string, CredspecState>,
): Inlining[] {
  // On an update, existing places keep their contents.
  const found = newPlacesOf(pod, oldPod)
    .filter(isWaiting)
    .flatMap(place => {
      const { use, credspec } = answers.get(place.credspecName) ?? {};
      return use?.outcome === "allowed" && credspec?.outcome === "found"
        ? { place, contents: credspec.credspec.contents }
        : [];
    });
  const length = found.reduce((sum, { contents }) => sum + contents.length, 0);
  return length > MOST_CONTENTS ? [] : found;
}

/** Whether the contents of a place are missing. Every GMSA place without contents has a name. */
function isWaiting({ contents }: GmsaPlace): boolean {
  return contents === "";
}
