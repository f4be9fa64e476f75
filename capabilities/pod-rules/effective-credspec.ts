import { gmsaSettingsOf, placesOf } from "../windows-options";
import type { Place, PodLike } from "../windows-options";

/** A container of any kind, with the Windows options that count for it. */
export interface EffectivePlace {
  place: Place;
  /** Its own credspec, or the Pod's; empty for none. */
  credspecName: string;
  hostProcess: boolean;
}

/**
 * What counts for each container: its own options before the Pod's, one by one.
 *
 * Source: core/v1 SecurityContext.windowsOptions, "If unset, the options from the
 * PodSecurityContext will be used".
 */
export function effectivePlacesOf(pod: PodLike): EffectivePlace[] {
  const [own, ...containers] = placesOf(pod);
  const podName = own === undefined ? "" : gmsaSettingsOf(own).credspecName;
  return containers.map(place => {
    const { credspecName } = gmsaSettingsOf(place);
    return {
      place,
      credspecName: credspecName === "" ? podName : credspecName,
      hostProcess: place.options?.hostProcess ?? own?.options?.hostProcess ?? false,
    };
  });
}
