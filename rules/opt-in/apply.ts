/** What a GMSA Pod is given beside its contents, if it is asked for. */
import { randomInt } from "node:crypto";

import type { HelperChoice } from "../pod/opt-in-annotations";
import { effectivePlacesOf, type EffectivePlace } from "../pod/effective-credspec";
import { isForOtherNodes } from "../pod/placement";
import type { PodLike, ContainerLike } from "../pod/windows-options";
import { secureChannelHook } from "./secure-channel";

/**
 * Changes a Pod that is being created. What it says itself is honoured, so a second time changes
 * nothing more.
 *
 * Nothing is given to a Pod without GMSA, to HostProcess containers, where Windows ignores GMSA and the
 * hook would restart the node's own netlogon, nor to a Pod that says that it is for other nodes.
 */
export function giveHelpers(pod: PodLike, choice: HelperChoice): void {
  const places = gmsaContainersOf(pod);
  if (places.length === 0 || isForOtherNodes(pod)) return;
  if (choice.secureChannel) {
    for (const container of places.flatMap(withRoomForHook)) {
      container.lifecycle = { ...container.lifecycle, postStart: secureChannelHook() };
    }
  }
  if (choice.randomHostname) {
    nameHost(pod.spec);
  }
}

/** Containers for which Windows uses a credspec. */
function gmsaContainersOf(pod: PodLike): EffectivePlace[] {
  return effectivePlacesOf(pod).filter(
    ({ credspecName, hostProcess }) => credspecName !== "" && !hostProcess,
  );
}

/**
 * The API server accepts a lifecycle of containers, and of init containers that go on beside them.
 *
 * Source: core/v1 Container.lifecycle, and core validation of init and ephemeral containers.
 */
function withRoomForHook({ place: { kind, container } }: EffectivePlace): ContainerLike[] {
  const mayHaveHook =
    kind === "container" || (kind === "init container" && container?.restartPolicy === "Always");
  const hasRoom =
    container !== undefined &&
    mayHaveHook &&
    (container.lifecycle?.postStart ?? undefined) === undefined;
  return hasRoom ? [container] : [];
}

/** hostnameOverride, where there is one, is what the Pod is called. */
function nameHost(spec: PodLike["spec"]): void {
  const named = [spec?.hostname, spec?.hostnameOverride].some(name => (name ?? "") !== "");
  if (spec !== undefined && !named) {
    spec.hostname = randomHostname();
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

const LETTERS_AND_DIGITS = `${LETTERS}0123456789`;

/** NetBIOS names have at most 15 characters; Windows cuts what is longer. */
const LENGTH = 15;

/**
 * A hostname that is a NetBIOS name and a DNS label as well: a letter first, then letters and digits,
 * 10^23 of them in all.
 *
 * Sources: https://learn.microsoft.com/en-us/troubleshoot/windows-server/active-directory/naming-conventions-for-computer-domain-site-ou
 * and core validation of spec.hostname (RFC 1123).
 */
export function randomHostname(): string {
  const rest = Array.from({ length: LENGTH - 1 }, () => anyOf(LETTERS_AND_DIGITS));
  return `${anyOf(LETTERS)}${rest.join("")}`;
}

function anyOf(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}
