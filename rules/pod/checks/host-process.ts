import { describePlace } from "../windows-options";
import type { PodLike } from "../windows-options";
import { effectivePlacesOf } from "../effective-credspec";
import type { PodFinding } from "../../problem";

/** A sentence of hundreds would not be passed on to anybody. */
const MOST_NAMED = 10;

/**
 * HostProcess containers run as an account of the node, and GMSA is ignored there.
 *
 * Restricted fields: windowsOptions.hostProcess of containers, init containers and ephemeral
 * containers that have a credspec, by themselves or by the Pod. Allowed: false.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
 */
export function checkHostProcess(pod: PodLike): PodFinding[] {
  const ignored = effectivePlacesOf(pod).filter(
    ({ credspecName, hostProcess }) => hostProcess && credspecName !== "",
  );
  const [first] = ignored;
  if (first === undefined) return [];
  const named = ignored.slice(0, MOST_NAMED).map(({ place }) => describePlace(place));
  const more = ignored.length - named.length;
  const containers = [...named, ...(more === 0 ? [] : [`and ${more} more`])].join(", ");
  return [
    {
      level: "warning",
      rule: "host process",
      path: [...first.place.path, "securityContext", "windowsOptions", "hostProcess"],
      problem: `Windows ignores the GMSA cred spec of HostProcess containers (${containers}): they run as an account of the node`,
      remedy: "Take gmsaCredentialSpecName away from them, or hostProcess.",
    },
  ];
}
