/** Which credspecs a request names where, and which of them the cluster is asked about. */
import { isObjectName } from "../object";
import type { GmsaPlace } from "./windows-options";

/**
 * The most distinct credspecs that one request may bring into a Pod.
 *
 * A Pod of 3 MB, which is what an API server reads, has room for 30,000 names, and each costs two
 * calls to the API server. 32 ask 64 questions at the most, as many as kube-client.ts has connections
 * for: one Pod never makes another wait for a second round. A container has one credspec, and Pods
 * rarely have ten containers.
 */
export const MOST_CREDSPECS = 32;

/**
 * Characters of contents in one Pod, which is what etcd holds of it: a few bytes that name a credspec in
 * each of thousands of containers would become hundreds of megabytes.
 */
export const MOST_CONTENTS = 1.5 * 1024 * 1024;

/** Characters of the places that one sentence names: a Pod can have thousands. */
export const ROOM_FOR_PLACES = 1500;

/** The places that name a credspec, by its name. */
export function referencesAmong(places: readonly GmsaPlace[]): Map<string, GmsaPlace[]> {
  const naming = places.filter(({ credspecName }) => credspecName !== "");
  return groupBy(naming, ({ credspecName }) => credspecName);
}

/** The places, by what they have in common. */
export function groupBy<Key>(
  places: readonly GmsaPlace[],
  keyOf: (place: GmsaPlace) => Key,
): Map<Key, GmsaPlace[]> {
  const groups = new Map<Key, GmsaPlace[]>();
  for (const place of places) {
    const group = groups.get(keyOf(place));
    if (group === undefined) {
      groups.set(keyOf(place), [place]);
    } else {
      group.push(place);
    }
  }
  return groups;
}

/**
 * Distinct names that the cluster is asked about: none of a request that has too many, and none that
 * no object can have. Such a name is no part of a path either: `..` would lead elsewhere.
 */
export function namesToAsk(places: readonly GmsaPlace[]): string[] {
  const names = [...referencesAmong(places).keys()];
  return names.length > MOST_CREDSPECS ? [] : names.filter(isObjectName);
}
