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
import { namesToAsk } from "./credspec-references";
import { newPlacesOf } from "./pod-change";
import type { Answers, PodReview } from "./validate";
import type { GmsaPlace } from "./windows-options";

/** A place and the contents that belong there. */
export interface Inlining {
  place: GmsaPlace;
  contents: string;
}

/** Distinct credspecs whose contents are waited for: those the cluster is to be asked about. */
export function namesToInline({ pod, oldPod }: PodReview): string[] {
  const asked = namesToAsk(newPlacesOf(pod, oldPod));
  const waiting = new Set(placesToInline({ pod, oldPod }).map(({ credspecName }) => credspecName));
  return asked.filter(name => waiting.has(name));
}

/** What to inline where, given what the cluster said of each of namesToInline. */
export function inlinings(review: PodReview, answers: ReadonlyMap<string, Answers>): Inlining[] {
  return placesToInline(review).flatMap(place => {
    const { use, credspec } = answers.get(place.credspecName) ?? {};
    return use?.outcome === "allowed" && credspec?.outcome === "found"
      ? { place, contents: credspec.credspec.contents }
      : [];
  });
}

/** The places that wait for contents. On an update, those that were there keep what they have. */
function placesToInline({ pod, oldPod }: Pick<PodReview, "pod" | "oldPod">): GmsaPlace[] {
  return newPlacesOf(pod, oldPod).filter(
    ({ credspecName, contents }) => credspecName !== "" && contents === "",
  );
}
