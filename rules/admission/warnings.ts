/**
 * Warnings that kubectl shows for a GMSA Pod that is admitted, by the rules of `gmsa lint`.
 *
 * Warnings about a workload come from workload-warnings.ts when the workload is applied. Pods that a
 * controller creates get none, because controllers do not show warnings to users.
 */
import { isObject } from "../object";
import { newPlacesOf } from "../pod/change";
import { checkExpandedPod } from "../pod/checks/check-pod";
import { controllerOf, type PodLike } from "../pod/windows-options";
import { sentence, type PodProblem, type PodReason } from "../problem";
import type { PodReview } from "./validate";

/** These rules look at fields that are set at creation and do not change. */
const RULES_OF_CREATION: readonly PodReason[] = [
  "node os",
  "helper annotation",
  "alpha annotation",
];

/** Returns one sentence for each problem. */
export function podWarnings({ pod, oldPod }: Pick<PodReview, "pod" | "oldPod">): string[] {
  const problems =
    oldPod !== undefined
      ? checkArrivals(pod, oldPod)
      : controllerOf(pod) === undefined
        ? checkExpandedPod(pod)
        : [];
  // Hints are left out: Kubernetes itself warns about deprecated fields.
  return problems.filter(({ level }) => level !== "information").map(sentence);
}

/**
 * Checks only the new ephemeral containers of an existing Pod, whether or not a controller created it.
 * The user who adds one sees the warnings, but did not ask about the rest of the Pod.
 */
function checkArrivals(pod: PodLike, oldPod: PodLike): PodProblem[] {
  const arrived = newPlacesOf(pod, oldPod).map(({ name }) => name);
  const ephemeralContainers = pod.spec?.ephemeralContainers
    ?.filter(isObject)
    .filter(({ name }) => arrived.includes(name));
  const spec = { ...pod.spec, containers: [], initContainers: [], ephemeralContainers };
  return checkExpandedPod({ ...pod, spec }).filter(
    ({ reason }) => !RULES_OF_CREATION.includes(reason),
  );
}

/**
 * The most characters of all warnings of a request. Beyond 4096, the API server shortens each warning to
 * 256 characters (apiserver/pkg/endpoints/filters/warning.go), which would cut sentences in half.
 */
const MOST_CHARACTERS = 4096;

/** Reserved for the sentence that counts the omitted warnings. */
const RESERVED = 100;

/**
 * Returns as many sentences as the API server passes on without shortening them, and counts the rest.
 */
export function kubectlWarnings(sentences: readonly string[]): string[] {
  const distinct = [...new Set(sentences)];
  let left = MOST_CHARACTERS - RESERVED;
  const count = distinct.findIndex(sentence => (left -= Array.from(sentence).length) < 0);
  if (count < 0) return distinct;
  return [...distinct.slice(0, count), `and ${distinct.length - count} more warnings like these`];
}
