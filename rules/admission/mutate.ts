/**
 * Mutate: where a place names a credspec and has no contents, the contents are inlined, provided that
 * the Pod's service account may use them. What is inlined can be read by whoever sent the Pod even if
 * it is refused afterwards: the API server's own validation, which comes between Mutate and Validate,
 * repeats contents that are too long for it.
 *
 * It never denies: what cannot be resolved is left as it is, and validation, which comes later
 * and always sees the Pod, says why.
 *
 * Source: KEP-689, https://github.com/kubernetes/enhancements/tree/master/keps/sig-windows/689-windows-gmsa
 */
import { MOST_CONTENTS, namesToAsk } from "../pod/references";
import { newPlacesOf } from "../pod/change";
import type { CredspecState, PodReview } from "./validate";
import type { GmsaPlace } from "../pod/windows-options";

/** A place and the contents that belong there. */
export interface Inlining {
  place: GmsaPlace;
  contents: string;
}

/** Distinct credspecs whose contents are waited for: those the cluster is to be asked about. */
export function namesToInline({ pod, oldPod }: PodReview): string[] {
  const places = newPlacesOf(pod, oldPod);
  const waiting = new Set(places.filter(isWaiting).map(({ credspecName }) => credspecName));
  return namesToAsk(places).filter(name => waiting.has(name));
}

/**
 * What to inline where, given what the cluster said of each of namesToInline. Nothing, where it would be
 * more than a Pod can hold.
 */
export function inlinings(
  { pod, oldPod }: PodReview,
  answers: ReadonlyMap<string, CredspecState>,
): Inlining[] {
  // On an update, the places that were there keep what they have.
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

/** Whether a place waits for contents: it has a name then, or would be none of GMSA. */
function isWaiting({ contents }: GmsaPlace): boolean {
  return contents === "";
}
