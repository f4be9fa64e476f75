import { valueFix } from "../../fix";
import { annotationProblems } from "../opt-in-annotations";
import type { GmsaPlace, PodLike } from "../windows-options";
import type { PodProblem } from "../../problem";

/**
 * An invalid annotation for a helper has no effect, but is not a reason to refuse the Pod.
 *
 * Restricted fields: annotations whose keys begin with gmsa.pepr.dev/, of Pods with GMSA. Allowed: the
 * keys of docs/reference/opt-in.md, with "true" or "false".
 */
export function checkHelperAnnotations(pod: PodLike, places: readonly GmsaPlace[]): PodProblem[] {
  if (places.length === 0 || pod.metadata?.annotations === undefined) return [];
  return annotationProblems(pod.metadata.annotations).map(({ key, problem, remedy, meant }) => {
    const path = ["metadata", "annotations", key];
    return {
      level: "warning",
      reason: "helper annotation",
      places: [{ path, text: `annotation ${key}` }],
      problem,
      remedy,
      ...(meant === undefined ? {} : { fixes: [valueFix(path, meant)] }),
    };
  });
}
