/** Pure: what a Pod says of a container, before anything is asked inside it. */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

import { describePlace, gmsaSettingsOf, placesOf } from "../../../capabilities/windows-options";
import type { GmsaSettings, Place, PlaceKind } from "../../../capabilities/windows-options";

/** A container with the settings that take effect for it. */
export interface PodContainer extends GmsaSettings {
  name: string;
  /** Such as `container "iis"`. */
  text: string;
  kind: PlaceKind;
  /** Where its GMSA settings are: its own place, or the Pod's; undefined where there are none. */
  from: Place | undefined;
  hostProcess: boolean;
  /** "running", or what it does instead, such as "waiting: CrashLoopBackOff". */
  state: string;
}

/**
 * The containers of a Pod, of every kind, in its order.
 *
 * A container's own GMSA settings replace those of the Pod, both fields together, as the kubelet
 * does it: DetermineEffectiveSecurityContext in k8s.io/kubernetes/pkg/securitycontext.
 */
export function containersOf(pod: V1Pod): PodContainer[] {
  const [ofPod, ...others] = placesOf(pod);
  const states = statesOf(pod);
  return others.map(place => {
    const from = [place, ofPod].find(each => each !== undefined && usesGmsa(each));
    return {
      name: place.name,
      text: describePlace(place),
      kind: place.kind,
      from,
      ...(from === undefined ? { credspecName: "", contents: "" } : gmsaSettingsOf(from)),
      hostProcess: place.options?.hostProcess ?? ofPod?.options?.hostProcess ?? false,
      state: states.get(place.name) ?? "not started",
    };
  });
}

function usesGmsa(place: Place): boolean {
  const { credspecName, contents } = gmsaSettingsOf(place);
  return credspecName !== "" || contents !== "";
}

/** Names of containers are unique in a Pod, whatever kind they are of. */
function statesOf({ status = {} }: V1Pod): Map<string, string> {
  const all = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  return new Map(all.map(({ name, state }) => [name, describeState(state)]));
}

function describeState({ running, waiting, terminated }: V1ContainerStatus["state"] = {}): string {
  if (running !== undefined) {
    return "running";
  }
  if (terminated !== undefined) {
    return `ended: ${terminated.reason ?? `exit code ${terminated.exitCode}`}`;
  }
  return waiting?.reason === undefined ? "not started" : `waiting: ${waiting.reason}`;
}
