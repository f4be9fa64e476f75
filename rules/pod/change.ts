/** Compares the GMSA settings of a Pod before and after an admission request. */
import {
  gmsaPlacesAmong,
  gmsaPlacesOf,
  gmsaSettingsOf,
  placeKey,
  placesOf,
  type GmsaPlace,
  type GmsaSettings,
  type Place,
  type PodLike,
} from "./windows-options";

/** An existing place whose GMSA settings the request changes. */
export interface ChangedPlace {
  place: Place;
  /** The settings that differ. */
  settings: ("name" | "contents")[];
}

/**
 * Returns the places with GMSA settings that a request adds: all places of a new Pod, and those of new
 * ephemeral containers of an existing Pod.
 */
export function newPlacesOf(pod: PodLike, oldPod?: PodLike): GmsaPlace[] {
  if (oldPod === undefined) return gmsaPlacesOf(pod);
  const existing = placesByKey(oldPod);
  const arrived = [...placesByKey(pod)].filter(([key]) => !existing.has(key));
  return gmsaPlacesAmong(arrived.map(([, place]) => place));
}

/**
 * Returns the places of the old Pod whose GMSA name or contents were changed, added or removed. Removing
 * a container removes its settings. An empty string equals an absent field.
 */
export function changedPlacesOf(pod: PodLike, oldPod: PodLike): ChangedPlace[] {
  const now = placesByKey(pod);
  return [...placesByKey(oldPod)].flatMap(([key, before]) => {
    const place = now.get(key) ?? { ...before, options: undefined };
    const settings = changedSettings(gmsaSettingsOf(before), gmsaSettingsOf(place));
    return settings.length === 0 ? [] : { place, settings };
  });
}

/**
 * Maps the places of a Pod by a unique key. The API server does not accept two containers of the same
 * name, but if it did, a key without the count would hide one of them from the rules.
 */
function placesByKey(pod: PodLike): Map<string, Place> {
  const counts = new Map<string, number>();
  return new Map(
    placesOf(pod).map(place => {
      const key = placeKey(place);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return [`${key}/${count}`, place];
    }),
  );
}

function changedSettings(before: GmsaSettings, after: GmsaSettings): ChangedPlace["settings"] {
  const settings: ChangedPlace["settings"] = [];
  if (before.credspecName !== after.credspecName) {
    settings.push("name");
  }
  if (before.contents !== after.contents) {
    settings.push("contents");
  }
  return settings;
}
