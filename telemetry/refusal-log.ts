/** Describes a refused Pod for the log: names and reasons, but none of its contents. */
import type { Denial } from "../rules/admission/denial";
import type { PodReview } from "../rules/admission/validate";
import { isObjectName } from "../rules/object";
import { controllerOf, type PodLike } from "../rules/pod/windows-options";
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

/** As Kubernetes limits the names of kinds. */
const KIND = /^[A-Za-z][A-Za-z0-9]{0,62}$/;

/**
 * The controller that the Pod names. The API server accepts any text there, so that a creator of Pods could write
 * into the log.
 */
function validController(pod: PodLike): Refusal["owner"] | undefined {
  const { kind, name } = controllerOf(pod) ?? {};
  if (typeof kind !== "string" || typeof name !== "string") return undefined;
  return KIND.test(kind) && isObjectName(name) ? { kind, name } : undefined;
}

/** Describes a refused Pod by names only. */
export function describeRefusal(
  { pod, serviceAccount: { namespace, name } }: PodReview,
  denials: readonly Denial[],
): Refusal {
  return {
    namespace,
    owner: validController(pod) ?? { kind: "Pod", name: pod.metadata?.name ?? "" },
    serviceAccount: name,
    credspecs: credspecNames(pod),
    reasons: [...new Set(denials.map(({ reason }) => reason))],
  };
}
