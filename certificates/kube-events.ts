import { CoreV1Api, V1MicroTime, type KubeConfig } from "@kubernetes/client-node";

import { KEEPER, NAMESPACE } from "../kube/installed-objects";
import type { Events } from "./keeper-report";

/** Events on the Secret with the certificate, for `kubectl describe` and `kubectl events`. */
export class KubeEvents implements Events {
  readonly #core: CoreV1Api;

  constructor(
    kubeConfig: KubeConfig,
    private readonly secret: string,
  ) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
  }

  async warn(reason: string, message: string): Promise<void> {
    const now = new Date();
    await this.#core.createNamespacedEvent({
      namespace: NAMESPACE,
      body: {
        metadata: { generateName: `${this.secret}.`, namespace: NAMESPACE },
        involvedObject: {
          apiVersion: "v1",
          kind: "Secret",
          namespace: NAMESPACE,
          name: this.secret,
        },
        type: "Warning",
        reason,
        // An Event holds 1,024 characters of it.
        message: message.slice(0, 1024),
        action: "Rotate",
        reportingComponent: KEEPER,
        reportingInstance: KEEPER,
        source: { component: KEEPER },
        eventTime: new V1MicroTime(now.getTime()),
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
    });
  }
}
