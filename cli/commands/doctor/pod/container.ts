/** Pure: what a Pod says of a container, before anything is asked inside it. */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

import { effectivePlacesOf } from "../../../../rules/pod/effective-credspec";
import type { EffectivePlace } from "../../../../rules/pod/effective-credspec";
import { describePlace } from "../../../../rules/pod/windows-options";
import type { PlaceKind } from "../../../../rules/pod/windows-options";

/** A container with the settings that count for it, and what it does. */
export interface PodContainer extends Omit<EffectivePlace, "place"> {
  name: string;
  /** Such as `container "iis"`. */
  text: string;
  kind: PlaceKind;
  /** "running", or what it does instead, such as "waiting: CrashLoopBackOff". */
  state: string;
}

/** The containers of a Pod, of every kind, in its order. */
export function containersOf(pod: V1Pod): PodContainer[] {
  const states = statesOf(pod);
  return effectivePlacesOf(pod).map(({ place, ...effective }) => ({
    ...effective,
    name: place.name,
    text: describePlace(place),
    kind: place.kind,
    state: states.get(place.name) ?? "not started",
  }));
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
