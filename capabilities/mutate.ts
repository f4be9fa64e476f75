/**
 * Mutate: where a place names a credspec and has no contents, the contents are inlined.
 *
 * It never denies: what cannot be resolved is left as it is, and validation, which comes later
 * and always sees the Pod, says why.
 *
 * Source: KEP-689, https://github.com/kubernetes/enhancements/tree/master/keps/sig-windows/689-windows-gmsa
 */
import type { CredspecAnswer } from "./cluster";
import { newPlacesOf } from "./pod-change";
import type { GmsaPlace, PodLike } from "./windows-options";

/** A place and the contents that belong there. */
export interface Inlining {
  place: GmsaPlace;
  contents: string;
}

/**
 * The places that wait for contents.
 *
 * @param oldPod the Pod before, on an update: its places keep what they have.
 */
export function placesToInline(pod: PodLike, oldPod?: PodLike): GmsaPlace[] {
  return newPlacesOf(pod, oldPod).filter(
    ({ credspecName, contents }) => credspecName !== "" && contents === "",
  );
}

/** What to inline where, given what the cluster said of each named credspec. */
export function inlinings(
  places: GmsaPlace[],
  credspecs: ReadonlyMap<string, CredspecAnswer>,
): Inlining[] {
  return places.flatMap(place => {
    const answer = credspecs.get(place.credspecName);
    return answer?.outcome === "found" ? { place, contents: answer.credspec.contents } : [];
  });
}
