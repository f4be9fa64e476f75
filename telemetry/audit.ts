/**
 * What the API server's audit log says of a Pod, beside the request and the refusal's own status. The
 * API server puts the name of the webhook before each key: `pepr-gmsa.pepr.dev/credspecs`.
 */
import { isObjectName } from "../rules/object";
import { MOST_CREDSPECS, referencesAmong } from "../rules/pod/references";
import { gmsaPlacesOf, type PodLike } from "../rules/pod/windows-options";
import type { Problem } from "../rules/problem";

/** For Mutate: the credspecs that the Pod names; undefined if it names none. */
export function auditedCredspecs(pod: PodLike): Record<string, string> | undefined {
  const names = credspecNames(pod);
  return names.length === 0 ? undefined : { credspecs: names.join(",") };
}

/** For Validate: for which reasons the Pod is refused. */
export function auditedRefusal(denials: readonly Problem[]): Record<string, string> {
  return { refused: [...new Set(denials.map(({ reason }) => reason))].join(",") };
}

/**
 * Distinct names of credspecs, in the order of the Pod's places, as far as a log has room for them:
 * names as an object can have them, and no more of them than one Pod may bring.
 */
export function credspecNames(pod: PodLike): string[] {
  const names = [...referencesAmong(gmsaPlacesOf(pod)).keys()];
  return names.filter(isObjectName).slice(0, MOST_CREDSPECS);
}
