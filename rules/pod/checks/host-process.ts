import { problemPlace, type PodLike } from "../windows-options";
import { effectivePlacesOf } from "../effective-credspec";
import type { PodProblem } from "../../problem";

/** The most containers to name. The API server would shorten a longer sentence. */
const MOST_NAMED = 10;

/**
 * HostProcess containers run as an account of the node, and Windows ignores their GMSA settings.
 *
 * Restricted fields: windowsOptions.hostProcess of containers, init containers and ephemeral containers
 * that have a credential spec of their own or from the Pod. Allowed: false.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
 */
export function checkHostProcess(pod: PodLike): PodProblem[] {
  const ignored = effectivePlacesOf(pod).filter(
    ({ credspecName, hostProcess }) => hostProcess && credspecName !== "",
  );
  if (ignored.length === 0) return [];
  const places = ignored.map(({ place }) => problemPlace(place, "hostProcess"));
  const named = places.slice(0, MOST_NAMED).map(({ text }) => text);
  const more = places.length - named.length;
  const containers = [...named, ...(more === 0 ? [] : [`and ${more} more`])].join(", ");
  return [
    {
      level: "warning",
      reason: "host process",
      places,
      problem: `Windows ignores the GMSA cred spec of HostProcess containers (${containers}): they run as an account of the node`,
      remedy: "Remove either gmsaCredentialSpecName or hostProcess.",
    },
  ];
}
