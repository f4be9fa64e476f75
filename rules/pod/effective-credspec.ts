import {
  gmsaSettingsOf,
  placesOf,
  type GmsaSettings,
  type Place,
  type PodLike,
} from "./windows-options";

/** A container of any kind, with its effective Windows options. */
export interface EffectivePlace extends GmsaSettings {
  place: Place;
  /**
   * The place that its GMSA settings come from: the container or the Pod; undefined if there are none.
   */
  from: Place | undefined;
  hostProcess: boolean;
}

/**
 * Returns the effective settings of each container. Its own options override the Pod's. The name and
 * contents of a credential spec belong together: a container that sets one of them inherits neither from
 * the Pod.
 *
 * Source: core/v1 SecurityContext.windowsOptions, "If unset, the options from the PodSecurityContext
 * will be used"; DetermineEffectiveSecurityContext in k8s.io/kubernetes/pkg/securitycontext, which the
 * kubelet uses.
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
