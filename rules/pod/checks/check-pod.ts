/**
 * Checks a Pod's use of GMSA for problems that do not depend on the cluster: it cannot work, or is
 * probably a mistake. Each rule is a file beside this one. validate.ts has the rules for refusals.
 */
import { checkAlphaAnnotations } from "./alpha-annotations";
import { checkContentsByHand } from "./contents-by-hand";
import { checkCredspecNames } from "./credspec-name";
import { checkHelperAnnotations } from "./helper-annotations";
import { checkHostProcess } from "./host-process";
import { checkNodeOs } from "./node-os";
import type { PodProblem } from "../../problem";
import type { NodeFacts } from "../known-nodes";
import { gmsaPlacesOf, type GmsaPlace, type PodLike } from "../windows-options";

type Rule = (pod: PodLike, places: readonly GmsaPlace[], facts?: NodeFacts) => PodProblem[];

/** These apply to a Pod before and after its contents have been filled in. They never refuse it. */
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
 * Checks a Pod as written, or a Pod template as rules/workload/pod-template.ts returns it.
 *
 * @param facts known facts about nodes and RuntimeClasses.
 * @returns the problems; empty for a Pod without GMSA.
 */
export function checkPod(pod: PodLike, facts?: NodeFacts): PodProblem[] {
  const places = gmsaPlacesOf(pod);
  return RULES.flatMap(rule => rule(pod, places, facts));
}

/**
 * Checks a Pod at admission. By then it is unknown whether its contents were written by hand, and names
 * that no object can have are refused by other rules.
 */
export function checkExpandedPod(pod: PodLike): PodProblem[] {
  const places = gmsaPlacesOf(pod);
  return LASTING_RULES.flatMap(rule => rule(pod, places));
}
