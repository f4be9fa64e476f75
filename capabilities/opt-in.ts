import { Log } from "pepr";

import type { PodReview } from "../rules/admission/validate";
import { gmsaPlacesOf } from "../rules/pod/windows-options";
import type { HelperChoice } from "../rules/pod/opt-in-annotations";
import { helpersFor, type Namespaces } from "../rules/opt-in/choice";
import { giveHelpers } from "../rules/opt-in/apply";
import { readHelperSettings, type HelperSettings } from "../rules/opt-in/opt-in-settings";

/**
 * Adds helpers to new GMSA Pods, as requested by the Pods, their namespaces or the webhook's
 * settings.
 */
export class PodHelper {
  readonly #settings: HelperSettings;
  readonly #namespaces: Namespaces | undefined;

  /**
   * @param namespaces connects to the API server. Called only if namespaces are to be read.
   * @throws Error as readHelperSettings does.
   */
  constructor(environment: NodeJS.ProcessEnv, namespaces: () => Namespaces) {
    this.#settings = readHelperSettings(environment);
    this.#namespaces = this.#settings.asksNamespaces ? namespaces() : undefined;
  }

  /** Adds the helpers to the Pod. Never rejects: if it fails, the Pod is admitted as it is. */
  async help(review: PodReview, uid: string): Promise<void> {
    if (review.oldPod !== undefined || gmsaPlacesOf(review.pod).length === 0) return;
    try {
      giveHelpers(review.pod, await this.#choose(review, uid));
    } catch (error) {
      Log.error({ err: error, uid }, "Hook and hostname could not be added to the Pod");
    }
  }

  async #choose(review: PodReview, uid: string): Promise<HelperChoice> {
    const { namespace } = review.serviceAccount;
    const { defaults } = this.#settings;
    const { choice, failure, problems } = await helpersFor(
      { pod: review.pod, namespace },
      defaults,
      this.#namespaces,
    );
    for (const { key } of problems) {
      Log.warn({ namespace, annotation: key }, "Annotation of a namespace is ignored");
    }
    if (failure !== undefined) {
      Log.error({ uid, namespace, why: failure }, "The namespace could not be read");
    }
    return choice;
  }
}
