/** Describes a refused Pod for the log: names and reasons, but none of its contents. */
import type { Denial } from "../rules/admission/denial";
import type { PodReview } from "../rules/admission/validate";
import { controllerOf } from "../rules/pod/windows-options";
import { credspecNames } from "./audit";

/** The fields of the log line. */
export interface Refusal {
  namespace: string;
  /** The controller that created the Pod, or the Pod itself if it does not have one. */
  owner: { kind: string; name: string };
  serviceAccount: string;
  /** Distinct names, in the order of the Pod's places. */
  credspecs: string[];
  /** Distinct reasons, in the order of the denials. */
  reasons: string[];
}

/** Describes a refused Pod by names only. */
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
