import { Log } from "pepr";

import type { PodReview } from "../validate";
import { gmsaPlacesOf } from "../windows-options";
import { helpersFor } from "./choose";
import type { Namespaces } from "./choose";
import { giveHelpers } from "./give-helpers";
import { readHelperSettings } from "./settings";
import type { HelperSettings } from "./settings";

/** Gives GMSA Pods that are created what they, their namespaces or the controller's settings ask for. */
export class PodHelper {
  readonly #settings: HelperSettings;
  readonly #namespaces: Namespaces | undefined;

  /**
   * @param namespaces connects; called only if namespaces are to be asked.
   * @throws Error as readHelperSettings.
   */
  constructor(environment: NodeJS.ProcessEnv, namespaces: () => Namespaces) {
    this.#settings = readHelperSettings(environment);
    this.#namespaces = this.#settings.asksNamespaces ? namespaces() : undefined;
  }

  /**
   * Finds out, and returns what changes the Pod accordingly. Never rejects: a Pod that could not be
   * helped is admitted as it is.
   */
  async prepare(review: PodReview, uid: string): Promise<() => void> {
    if (review.oldPod !== undefined || gmsaPlacesOf(review.pod).length === 0) {
      return () => undefined;
    }
    try {
      const chosen = await helpersFor(review, this.#settings.defaults, this.#namespaces);
      const { namespace } = review.serviceAccount;
      for (const { key } of chosen.problems) {
        Log.warn({ namespace, annotation: key }, "Annotation of a namespace counts for nothing");
      }
      if (chosen.failure !== undefined) {
        Log.error({ uid, namespace, why: chosen.failure }, "The namespace could not be asked");
      }
      return () => {
        giveHelpers(review.pod, chosen.choice);
      };
    } catch (error) {
      Log.error({ err: error, uid }, "The Pod could not be helped");
      return () => undefined;
    }
  }
}
