/** Reads and writes the Secret with the secret part of the webhooks' paths. */
import { CoreV1Api, type KubeConfig, type V1Secret } from "@kubernetes/client-node";

import { KEEPER, NAMESPACE, PATH_SECRET } from "../kube/installation-names";
import { PATH_SINCE, RENEW, RENEWED } from "./annotations";
import type { PathState } from "./path-plan";

/** The store of the paths. A write rejects if another client changed them after they were read. */
export interface PathStore {
  read(): Promise<PathState>;
  write(state: PathState): Promise<void>;
}

/** Secret pepr-gmsa-api-path in the cluster of a kubeconfig. */
export class KubePathStore implements PathStore {
  readonly #core: CoreV1Api;
  /** As last read. Writes refer to its version. */
  #secret: V1Secret = {};

  constructor(kubeConfig: KubeConfig) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
  }

  async read(): Promise<PathState> {
    this.#secret = await this.#core.readNamespacedSecret({
      namespace: NAMESPACE,
      name: PATH_SECRET,
    });
    return pathStateOf(this.#secret);
  }

  async write({ called, next, previous, since, renewed }: PathState): Promise<void> {
    const { metadata, data } = this.#secret;
    const annotations = {
      ...metadata?.annotations,
      ...(since === undefined ? {} : { [PATH_SINCE]: since.toISOString() }),
      ...(renewed === "" ? {} : { [RENEWED]: renewed }),
    };
    const body = Object.assign({}, this.#secret, {
      metadata: Object.assign({}, metadata, { annotations }),
      data: { ...data, ...encoded({ value: called, next, previous }) },
    });
    await this.#core.replaceNamespacedSecret({
      namespace: NAMESPACE,
      name: PATH_SECRET,
      body,
      fieldManager: KEEPER,
    });
  }
}

function pathStateOf({ data, metadata }: V1Secret): PathState {
  const textOf = (key: string): string =>
    Buffer.from(data?.[key] ?? "", "base64")
      .toString()
      .trim();
  const {
    [PATH_SINCE]: since = "",
    [RENEW]: renew = "",
    [RENEWED]: renewed = "",
  } = metadata?.annotations ?? {};
  return {
    called: textOf("value"),
    next: textOf("next"),
    previous: textOf("previous"),
    since: Number.isNaN(Date.parse(since)) ? undefined : new Date(since),
    renew,
    renewed,
  };
}

function encoded(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
}
