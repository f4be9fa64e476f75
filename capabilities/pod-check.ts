/**
 * What of a Pod's use of GMSA cannot work, or hardly does what was meant, whatever is in the
 * cluster: one rule a file in pod-rules/. What admission refuses is in validate.ts.
 */
import { checkContentsByHand } from "./pod-rules/contents-by-hand";
import { checkCredspecNames } from "./pod-rules/credspec-name";
import { checkHostProcess } from "./pod-rules/host-process";
import { checkNodeOs } from "./pod-rules/node-os";
import type { PodFinding } from "./pod-rules/pod-finding";
import type { PodLike } from "./windows-options";

const RULES: readonly ((pod: PodLike) => PodFinding[])[] = [
  checkCredspecNames,
  checkNodeOs,
  checkHostProcess,
  checkContentsByHand,
];

/**
 * Checks a Pod, or the template of one as capabilities/workload.ts returns it.
 *
 * @returns nothing for a Pod without GMSA.
 */
export function checkPod(pod: PodLike): PodFinding[] {
  return RULES.flatMap(rule => rule(pod));
}
