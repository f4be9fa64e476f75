/**
 * What kubectl says of a GMSA Pod that is admitted, by the rules of `gmsa lint`.
 *
 * Whoever applies a workload is told by workload-warnings.ts; nobody reads what a controller is told
 * about the Pods that it makes for it.
 */
import { isObject } from "../object";
import { newPlacesOf } from "../pod/change";
import { checkExpandedPod } from "../pod/checks/check-pod";
import { controllerOf, type PodLike } from "../pod/windows-options";
import { sentence, type PodProblem, type PodReason } from "../problem";
import type { PodReview } from "./validate";

/** What they look at came with the Pod, and does not change. */
const RULES_OF_CREATION: readonly PodReason[] = [
  "node os",
  "helper annotation",
  "alpha annotation",
];

/** One sentence for each thing that cannot work, or hardly does what was meant. */
export function podWarnings({ pod, oldPod }: Pick<PodReview, "pod" | "oldPod">): string[] {
  const problems =
    oldPod !== undefined
      ? checkArrivals(pod, oldPod)
      : controllerOf(pod) === undefined
        ? checkExpandedPod(pod)
        : [];
  // What is only good to know, Kubernetes itself says of deprecated fields.
  return problems.filter(({ level }) => level !== "information").map(sentence);
}

/**
 * Of an existing Pod only what new ephemeral containers bring: whoever adds one is looking, whatever
 * made the Pod, and was not asked about the rest of it.
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
 * Warnings as the API server passes them on: it shortens each one to 256 characters once all of a
 * request together have more than 4096 (apiserver/pkg/endpoints/filters/warning.go), and half a
 * sentence helps nobody.
 */
const MOST_CHARACTERS = 4096;

/** For the sentence that says how many were left out. */
const RESERVED = 100;

/** As many of the sentences as are passed on whole, and how many there are beside them. */
export function kubectlWarnings(sentences: readonly string[]): string[] {
  const distinct = [...new Set(sentences)];
  let left = MOST_CHARACTERS - RESERVED;
  const count = distinct.findIndex(sentence => (left -= Array.from(sentence).length) < 0);
  if (count < 0) return distinct;
  return [...distinct.slice(0, count), `and ${distinct.length - count} more warnings like these`];
}
