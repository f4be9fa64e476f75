/** What the log says of a refused Pod: who wanted what, and why not; nothing that it carries. */
import type { Denial } from "../rules/admission/denial";
import type { PodReview } from "../rules/admission/validate";
import { controllerOf } from "../rules/pod/windows-options";
import { credspecNames } from "./audit";

/** The fields of the log line. */
export interface Refusal {
  namespace: string;
  /** The controller that made the Pod; for a Pod that nobody owns the Pod itself. */
  owner: { kind: string; name: string };
  serviceAccount: string;
  /** Distinct, in the order of the Pod's places. */
  credspecs: string[];
  /** Distinct, in the order of the denials. */
  reasons: string[];
}

/** Describes a refused Pod by names alone. */
export function describeRefusal(
  { pod, serviceAccount: { namespace, name } }: PodReview,
  denials: readonly Denial[],
): Refusal {
  const controller = controllerOf(pod);
  return {
    namespace,
    owner: {
      kind: controller?.kind ?? "Pod",
      name: controller?.name ?? pod.metadata?.name ?? "",
    },
    serviceAccount: name,
    credspecs: credspecNames(pod),
    reasons: [...new Set(denials.map(({ reason }) => reason))],
  };
}
