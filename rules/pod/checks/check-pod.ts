/**
 * What of a Pod's use of GMSA cannot work, or hardly does what was meant, whatever is in the
 * cluster: one rule a file beside this one. What admission refuses is in validate.ts.
 */
import { checkAlphaAnnotations } from "./alpha-annotations";
import { checkContentsByHand } from "./contents-by-hand";
import { checkCredspecNames } from "./credspec-name";
import { checkHelperAnnotations } from "./helper-annotations";
import { checkHostProcess } from "./host-process";
import { checkNodeOs } from "./node-os";
import type { PodProblem } from "../../problem";
import type { NodeFacts } from "../placement";
import { gmsaPlacesOf, type GmsaPlace, type PodLike } from "../windows-options";

type Rule = (pod: PodLike, places: readonly GmsaPlace[], facts?: NodeFacts) => PodProblem[];

/** These hold of a Pod before and after its contents have been filled in, and refuse none. */
const LASTING_RULES: readonly Rule[] = [
  (pod, places, facts) => checkNodeOs(pod, facts, places),
  pod => checkHostProcess(pod),
  (pod, places) => checkHelperAnnotations(pod, places),
  pod => checkAlphaAnnotations(pod),
];
const RULES: readonly Rule[] = [
  (_, places) => checkCredspecNames(places),
  ...LASTING_RULES,
  (_, places) => checkContentsByHand(places),
];

/**
 * Checks a Pod as it was written, or the template of one as rules/workload/pod-template.ts returns it.
 *
 * @param facts what is known of nodes and RuntimeClasses.
 * @returns nothing for a Pod without GMSA.
 */
export function checkPod(pod: PodLike, facts?: NodeFacts): PodProblem[] {
  const places = gmsaPlacesOf(pod);
  return RULES.flatMap(rule => rule(pod, places, facts));
}

/**
 * The same for a Pod on its way into the cluster: whoever wrote its contents cannot be seen any more,
 * and a name that no object can have is refused.
 */
export function checkExpandedPod(pod: PodLike): PodProblem[] {
  const places = gmsaPlacesOf(pod);
  return LASTING_RULES.flatMap(rule => rule(pod, places));
}
