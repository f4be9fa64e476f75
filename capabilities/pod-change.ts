/** What of a Pod's GMSA settings an admission request brings, and what it would change. */
import { gmsaPlacesOf, gmsaSettingsOf, placeKey, placesOf } from "./windows-options";
import type { GmsaPlace, GmsaSettings, Place, PodLike } from "./windows-options";

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
  const places = gmsaPlacesOf(pod);
  if (oldPod === undefined) {
    return places;
  }
  const existing = new Set(placesOf(oldPod).map(placeKey));
  return places.filter(place => !existing.has(placeKey(place)));
}

/**
 * Places of the old Pod whose GMSA name or contents were changed, added or removed; a container
 * that is gone has lost its settings. An empty string equals an absent field.
 */
export function changedPlacesOf(pod: PodLike, oldPod: PodLike): ChangedPlace[] {
  const now = new Map(placesOf(pod).map(place => [placeKey(place), place]));
  return placesOf(oldPod).flatMap(before => {
    const place = now.get(placeKey(before)) ?? { ...before, options: undefined };
    const settings = changedSettings(gmsaSettingsOf(before), gmsaSettingsOf(place));
    return settings.length === 0 ? [] : { place, settings };
  });
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
