import type { PodLike } from "../pod/windows-options";
import {
  annotationProblems,
  chooseHelpers,
  type AnnotationProblem,
  type Annotations,
  type HelperChoice,
} from "../pod/opt-in-annotations";

/** What the cluster says of a namespace. */
export type NamespaceLookup =
  | { outcome: "found"; annotations: Annotations }
  | { outcome: "absent" }
  | { outcome: "failed"; why: string };

/** Asks about namespaces. Does not reject: what went wrong is an answer. */
export interface Namespaces {
  /** Those of its annotations that are for this module. */
  annotationsOf(namespace: string): Promise<NamespaceLookup>;
}

/** What a Pod is to be given, and what of its namespace could not be made out. */
export interface ChosenHelpers {
  choice: HelperChoice;
  /** Why its namespace was not asked with success. */
  failure?: string;
  /** Annotations of its namespace that mean nothing. */
  problems: AnnotationProblem[];
}

/**
 * What a Pod that is being created is to be given. Where its namespace cannot be read, only the Pod and
 * the controller have a say: a helper is never a reason to refuse a Pod.
 *
 * @param namespaces undefined where the controller does not ask them.
 */
export async function helpersFor(
  { pod, namespace }: { pod: PodLike; namespace: string },
  defaults: HelperChoice,
  namespaces?: Namespaces,
): Promise<ChosenHelpers> {
  const answer = (await namespaces?.annotationsOf(namespace)) ?? { outcome: "absent" };
  const inherited = answer.outcome === "found" ? answer.annotations : {};
  return {
    choice: chooseHelpers(pod.metadata?.annotations ?? {}, inherited, defaults),
    ...(answer.outcome === "failed" ? { failure: answer.why } : {}),
    problems: annotationProblems(inherited),
  };
}
