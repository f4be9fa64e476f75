import type { PodLike } from "../pod/windows-options";
import {
  annotationProblems,
  chooseHelpers,
  type AnnotationProblem,
  type Annotations,
  type HelperChoice,
} from "../pod/opt-in-annotations";

/** The result of a lookup of a namespace. */
export type NamespaceLookup =
  | { outcome: "found"; annotations: Annotations }
  | { outcome: "absent" }
  | { outcome: "failed"; why: string };

/** Looks up namespaces. The calls never reject: an error is an answer. */
export interface Namespaces {
  /** Returns the namespace's annotations for this project. */
  annotationsOf(namespace: string): Promise<NamespaceLookup>;
}

/** The helpers for a Pod, and the problems with its namespace. */
export interface ChosenHelpers {
  choice: HelperChoice;
  /** Why the namespace could not be read. */
  failure?: string;
  /** Annotations of the namespace that are invalid. */
  problems: AnnotationProblem[];
}

/**
 * Chooses the helpers for a Pod that is being created. If its namespace cannot be read, only the
 * annotations of the Pod and the settings of the controller count: a helper is never a reason to refuse
 * a Pod.
 *
 * @param namespaces undefined if the controller does not read namespaces.
 */
export async function helpersFor(
  { pod, namespace }: { pod: PodLike; namespace: string },
  defaults: HelperChoice,
  namespaces?: Namespaces,
): Promise<ChosenHelpers> {
  const answer = await namespaces?.annotationsOf(namespace);
  const inherited = answer?.outcome === "found" ? answer.annotations : {};
  return {
    choice: chooseHelpers(pod.metadata?.annotations ?? {}, inherited, defaults),
    ...(answer?.outcome === "failed" ? { failure: answer.why } : {}),
    problems: annotationProblems(inherited),
  };
}
