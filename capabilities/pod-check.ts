/**
 * What of a Pod's use of GMSA cannot work, or hardly does what was meant, whatever is in the
 * cluster: one rule a file in pod-rules/. What admission refuses is in validate.ts.
 */
import { checkContentsByHand } from "./pod-rules/contents-by-hand";
import { checkCredspecNames } from "./pod-rules/credspec-name";
import { checkHelperAnnotations } from "./pod-rules/helper-annotations";
import { checkHostProcess } from "./pod-rules/host-process";
import { checkNodeOs } from "./pod-rules/node-os";
import type { PodFinding } from "./pod-rules/pod-finding";
import type { PodLike } from "./windows-options";

type Rule = (pod: PodLike) => PodFinding[];

/** These hold of a Pod before and after its contents have been filled in. */
const LASTING_RULES: readonly Rule[] = [
  checkCredspecNames,
  checkNodeOs,
  checkHostProcess,
  checkHelperAnnotations,
];
const RULES: readonly Rule[] = [...LASTING_RULES, checkContentsByHand];

/**
 * Checks a Pod as it was written, or the template of one as capabilities/workload.ts returns it.
 *
 * @returns nothing for a Pod without GMSA.
 */
export function checkPod(pod: PodLike): PodFinding[] {
  return RULES.flatMap(rule => rule(pod));
}

/** The same for a Pod whose contents have been filled in: who wrote them cannot be seen any more. */
export function checkExpandedPod(pod: PodLike): PodFinding[] {
  return LASTING_RULES.flatMap(rule => rule(pod));
}
