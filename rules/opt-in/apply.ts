/** Adds the requested helpers to a GMSA Pod. */
import { randomInt } from "node:crypto";

import type { HelperChoice } from "../pod/opt-in-annotations";
import { effectivePlacesOf, type EffectivePlace } from "../pod/effective-credspec";
import { isForOtherNodes } from "../pod/placement";
import type { PodLike, ContainerLike } from "../pod/windows-options";
import { secureChannelHook } from "./secure-channel";

/**
 * Changes a Pod that is being created. Fields that the Pod already sets are kept, so a second call does
 * not change anything.
 *
 * Nothing is added to Pods without GMSA, to Pods that are for other nodes, or to HostProcess containers:
 * there Windows ignores GMSA, and the hook would restart the netlogon service of the node.
 */
export function giveHelpers(pod: PodLike, choice: HelperChoice): void {
  const places = gmsaContainersOf(pod);
  if (places.length === 0 || isForOtherNodes(pod)) return;
  if (choice.secureChannel) {
    for (const container of places.flatMap(withRoomForHook)) {
      container.lifecycle = { ...container.lifecycle, postStart: secureChannelHook() };
    }
  }
  if (choice.randomHostname && pod.spec !== undefined) {
    nameHost(pod.spec);
  }
}

/** Returns the containers for which Windows uses a credential spec. */
function gmsaContainersOf(pod: PodLike): EffectivePlace[] {
  return effectivePlacesOf(pod).filter(
    ({ credspecName, hostProcess }) => credspecName !== "" && !hostProcess,
  );
}

/**
 * The API server accepts a lifecycle for containers and for sidecar containers, which are init
 * containers with restartPolicy Always.
 *
 * Source: core/v1 Container.lifecycle, and core validation of init and ephemeral containers.
 */
function withRoomForHook({ place: { kind, container } }: EffectivePlace): ContainerLike[] {
  if (container === undefined) return [];
  const mayHaveHook =
    kind === "container" || (kind === "init container" && container.restartPolicy === "Always");
  const hasRoom = mayHaveHook && (container.lifecycle?.postStart ?? undefined) === undefined;
  return hasRoom ? [container] : [];
}

/** If hostnameOverride is set, it is the name of the Pod. */
function nameHost(spec: NonNullable<PodLike["spec"]>): void {
  const named = [spec.hostname, spec.hostnameOverride].some(name => (name ?? "") !== "");
  if (!named) {
    spec.hostname = randomHostname();
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

const LETTERS_AND_DIGITS = `${LETTERS}0123456789`;

/** The longest NetBIOS name, in characters. Windows truncates longer names. */
const LENGTH = 15;

/**
 * Returns a random hostname that is both a NetBIOS name and a DNS label: a letter, then letters and
 * digits. There are 10^23 possible names.
 *
 * Sources:
 * https://learn.microsoft.com/en-us/troubleshoot/windows-server/active-directory/naming-conventions-for-computer-domain-site-ou
 * and core validation of spec.hostname (RFC 1123).
 */
export function randomHostname(): string {
  const rest = Array.from({ length: LENGTH - 1 }, () => anyOf(LETTERS_AND_DIGITS));
  return `${anyOf(LETTERS)}${rest.join("")}`;
}

function anyOf(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}
