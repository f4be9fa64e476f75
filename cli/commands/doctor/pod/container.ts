/** Pure: the containers of a Pod before exec, and which of them to ask. */
import type { V1Pod, V1ContainerStatus } from "@kubernetes/client-node";

import { effectivePlacesOf, type EffectivePlace } from "../../../../rules/pod/effective-credspec";
import { describePlace, type PlaceKind } from "../../../../rules/pod/windows-options";
import { Failure, EXIT } from "../../../terminal/failure";

/** A container with its effective settings and its state. */
export interface PodContainer extends Omit<EffectivePlace, "place"> {
  name: string;
  /** Such as `container "iis"`. */
  text: string;
  kind: PlaceKind;
  image: string;
  /** "running", or another state such as "waiting: CrashLoopBackOff". */
  state: string;
}

/** All containers of a Pod, in its order. */
export function containersOf(pod: V1Pod): PodContainer[] {
  const states = statesOf(pod);
  const images = imagesOf(pod);
  return effectivePlacesOf(pod).map(({ place, ...effective }) => ({
    ...effective,
    name: place.name,
    text: describePlace(place),
    kind: place.kind,
    image: images.get(place.name) ?? "",
    state: states.get(place.name) ?? "not started",
  }));
}

function imagesOf({ spec }: V1Pod): Map<string, string> {
  const all = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  return new Map(all.map(({ name, image = "" }) => [name, image]));
}

/** The names of all containers in a Pod are unique, even across kinds. */
function statesOf({ status = {} }: V1Pod): Map<string, string> {
  const all = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  return new Map(all.map(({ name, state }) => [name, describeState(state)]));
}

function describeState({ running, waiting, terminated }: V1ContainerStatus["state"] = {}): string {
  if (running !== undefined) return "running";
  if (terminated !== undefined) {
    return `ended: ${terminated.reason ?? `exit code ${terminated.exitCode}`}`;
  }
  return waiting?.reason === undefined ? "not started" : `waiting: ${waiting.reason}`;
}

/**
 * The named container, or all containers that use GMSA. Without a name, init and ephemeral containers that do
 * not run are left out, because they have finished.
 *
 * @throws Failure if the container does not exist, or none uses GMSA.
 */
export function chosenContainers(
  pod: string,
  containers: readonly PodContainer[],
  name: string | undefined,
): PodContainer[] {
  if (name !== undefined) {
    const named = containers.filter(container => container.name === name);
    if (named.length === 0) {
      const names = containers.map(container => container.name).join(", ");
      throw new Failure(
        `${pod} has no container "${name}"`,
        `Its containers are: ${names}.`,
        EXIT.usage,
      );
    }
    return named;
  }
  const users = containers.filter(({ from }) => from !== undefined);
  if (users.length === 0) {
    throw new Failure(
      `no container of ${pod} uses GMSA: none has securityContext.windowsOptions.gmsaCredentialSpecName`,
      "Name a credential spec in the Pod's workload. An existing Pod cannot get one.",
    );
  }
  const atWork = users.filter(({ kind, state }) => kind === "container" || state === "running");
  return atWork.length === 0 ? users : atWork;
}
