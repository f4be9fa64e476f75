/** The credential specs that a request names, and those to ask the cluster about. */
import { isObjectName } from "../object";
import type { GmsaPlace } from "./windows-options";

/**
 * The most distinct credential specs that one request may add to a Pod.
 *
 * The API server accepts Pods of up to 3 MB, which has room for 30,000 names, and each name costs two
 * calls to the API server. 32 names cost at most 64 calls, one for each connection in kube/client.ts, so
 * that one Pod never makes another wait for a second round. A container has one credential spec, and
 * Pods rarely have ten containers.
 */
export const MOST_CREDSPECS = 32;

/**
 * The most characters of contents in one Pod, which is the limit of etcd. Without this limit, a name of
 * a few bytes in each of thousands of containers would expand to hundreds of megabytes.
 */
export const MOST_CONTENTS = 1.5 * 1024 * 1024;

/**
 * The most characters for the places that one sentence names. An event shows 1,024 characters, and the names
 * of the service account and the credential spec can take half of them.
 */
export const ROOM_FOR_PLACES = 300;

/** Groups the places by the credential spec that they name. */
export function referencesAmong(places: readonly GmsaPlace[]): Map<string, GmsaPlace[]> {
  const naming = places.filter(({ credspecName }) => credspecName !== "");
  return groupBy(naming, ({ credspecName }) => credspecName);
}

/** Groups the places by a key. */
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
 * Returns the distinct names to ask the cluster about. Empty if the request has too many. Invalid names
 * are left out, which also keeps them out of URL paths: `..` would lead to another resource.
 */
export function namesToAsk(places: readonly GmsaPlace[]): string[] {
  const names = [...referencesAmong(places).keys()];
  return names.length > MOST_CREDSPECS ? [] : names.filter(isObjectName);
}
