import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

import { MEMORY_MS, observed, onceMoreIfLost, type CallObserver } from "./call-observer";
import { describeFailure, isNotFound } from "./api-error";
import { ownAnnotations } from "../rules/pod/opt-in-annotations";
import type { NamespaceLookup, Namespaces } from "../rules/opt-in/choice";
import { TtlCache } from "./ttl-cache";

const MOST_NAMESPACES = 1000;

/** Reads namespaces of the cluster of a kubeconfig. Positive answers are cached for one second. */
export class KubeNamespaces implements Namespaces {
  readonly #answers: TtlCache<string, NamespaceLookup>;

  constructor(kubeConfig: KubeConfig, observer?: CallObserver) {
    const core = kubeConfig.makeApiClient(CoreV1Api);
    this.#answers = new TtlCache({
      ttl: MEMORY_MS,
      max: MOST_NAMESPACES,
      ask: name => observed("namespace", readNamespace(core, name), observer),
      mayRemember: ({ outcome }) => outcome === "found",
      onHit: () => observer?.answeredFromMemory("namespace"),
    });
  }

  annotationsOf(namespace: string): Promise<NamespaceLookup> {
    return this.#answers.answer(namespace, namespace);
  }
}

async function readNamespace(core: CoreV1Api, name: string): Promise<NamespaceLookup> {
  try {
    const { metadata } = await onceMoreIfLost(() => core.readNamespace({ name }));
    return { outcome: "found", annotations: ownAnnotations(metadata?.annotations) };
  } catch (error) {
    return isNotFound(error)
      ? { outcome: "absent" }
      : { outcome: "failed", why: describeFailure(error) };
  }
}
