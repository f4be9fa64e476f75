import {
  gmsaSettingsOf,
  placesOf,
  type GmsaSettings,
  type Place,
  type PodLike,
} from "./windows-options";

/** A container of any kind, with the Windows options that count for it. */
export interface EffectivePlace extends GmsaSettings {
  place: Place;
  /** Where its GMSA settings are: its own place or the Pod's; undefined where there are none. */
  from: Place | undefined;
  hostProcess: boolean;
}

/**
 * What counts for each container: its own options before the Pod's. Name and contents of a credspec
 * count together: a container that sets one of them gets neither of the Pod's.
 *
 * Source: core/v1 SecurityContext.windowsOptions, "If unset, the options from the
 * PodSecurityContext will be used"; DetermineEffectiveSecurityContext in
 * k8s.io/kubernetes/pkg/securitycontext, which the kubelet goes by.
 */
export function effectivePlacesOf(pod: PodLike): EffectivePlace[] {
  const [ofPod, ...containers] = placesOf(pod);
  return containers.map(place => {
    const from = [place, ofPod].find(each => each !== undefined && usesGmsa(each));
    return {
      place,
      from,
      ...(from === undefined ? { credspecName: "", contents: "" } : gmsaSettingsOf(from)),
      hostProcess: place.options?.hostProcess ?? ofPod?.options?.hostProcess ?? false,
    };
  });
}

function usesGmsa(place: Place): boolean {
  const { credspecName, contents } = gmsaSettingsOf(place);
  return credspecName !== "" || contents !== "";
}
