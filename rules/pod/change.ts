/** What of a Pod's GMSA settings an admission request brings, and what it would change. */
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

/** A place that existed before and whose GMSA settings the request changes. */
export interface ChangedPlace {
  place: Place;
  /** Which of the two settings differ. */
  settings: ("name" | "contents")[];
}

/**
 * Places with GMSA settings that this request brings into being: all of them for a new Pod,
 * those of new ephemeral containers for an existing one.
 */
export function newPlacesOf(pod: PodLike, oldPod?: PodLike): GmsaPlace[] {
  if (oldPod === undefined) return gmsaPlacesOf(pod);
  const existing = placesByKey(oldPod);
  const arrived = [...placesByKey(pod)].filter(([key]) => !existing.has(key));
  return gmsaPlacesAmong(arrived.map(([, place]) => place));
}

/**
 * Places of the old Pod whose GMSA name or contents were changed, added or removed; a container
 * that is gone has lost its settings. An empty string equals an absent field.
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
 * The places of a Pod by what tells them apart. No API server accepts two containers of one name,
 * but one would hide the other from a rule that took the name alone.
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
