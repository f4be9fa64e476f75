import { valueFix } from "../../fix";
import { annotationProblems } from "../opt-in-annotations";
import type { GmsaPlace, PodLike } from "../windows-options";
import type { PodProblem } from "../../problem";

/**
 * An annotation that asks for a helper in other words is not a reason to refuse a Pod, and asks for
 * nothing.
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
