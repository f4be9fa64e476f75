/**
 * Annotations for the API server's audit log, in addition to the request and the status of a refusal.
 * The API server prefixes each key with the name of the webhook: `pepr-gmsa.pepr.dev/credspecs`.
 */
import { isObjectName } from "../rules/object";
import { MOST_CREDSPECS, referencesAmong } from "../rules/pod/references";
import { gmsaPlacesOf, type PodLike } from "../rules/pod/windows-options";
import type { Problem } from "../rules/problem";

/** For Mutate: the credential specs that the Pod names; undefined if it does not name any. */
export function auditedCredspecs(pod: PodLike): Record<string, string> | undefined {
  const names = credspecNames(pod);
  return names.length === 0 ? undefined : { credspecs: names.join(",") };
}

/** For Validate: the reasons for which the Pod is refused. */
export function auditedRefusal(denials: readonly Problem[]): Record<string, string> {
  return { refused: [...new Set(denials.map(({ reason }) => reason))].join(",") };
}

/**
 * Returns the distinct names of credential specs in the order of the Pod's places. To limit the size of
 * a log line, invalid names are left out, and so are those beyond the most that one Pod may have.
 */
export function credspecNames(pod: PodLike): string[] {
  const names = [...referencesAmong(gmsaPlacesOf(pod)).keys()];
  return names.filter(isObjectName).slice(0, MOST_CREDSPECS);
}
