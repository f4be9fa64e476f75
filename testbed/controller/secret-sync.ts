import { CoreV1Api, setHeaderOptions, type KubeConfig } from "@kubernetes/client-node";
import { errorText, sleep, type Log } from "../process/log";
import { filesOfSecret, target, type Files } from "./pod-plan";

/** Milliseconds between checks for changed Secrets; a kubelet takes seconds to a minute. */
const periodMs = 500;

/** Asks for the metadata of a list's objects: the module's Secret alone has half a megabyte of data. */
const ONLY_METADATA = setHeaderOptions(
  "Accept",
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
);

/** Watches the Secrets that Pods mount, as the kubelet does. */
export class SecretSync {
  readonly #core: CoreV1Api;
  readonly #seen = new Map<string, Files>();
  /** The version of each Secret whose files have been seen. */
  readonly #versions = new Map<string, string>();
  #loop: Promise<void> | undefined;
  #stopped = false;

  constructor(
    kubeConfig: KubeConfig,
    private readonly onChange: (name: string, files: Files) => void,
    private readonly log: Log,
  ) {
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
  }

  /**
   * Watches this Secret as well; `files` are its contents at the time of the mount. Other Pods that
   * mount it may have older or newer contents; the next check updates all of them.
   */
  watch(name: string, files: Files): void {
    this.#seen.set(name, this.#seen.has(name) ? {} : files);
    this.#versions.delete(name);
    this.#loop ??= this.#run();
  }

  /** Resolves when the last request has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  async #run(): Promise<void> {
    let told = "";
    while (!this.#stopped) {
      await sleep(periodMs);
      try {
        await this.#lookAtChanged();
        told = "";
      } catch (error) {
        // If the API server or the Secret is unavailable, keep the files, as a kubelet does.
        if (errorText(error) !== told) this.log(`Secrets are not followed: ${errorText(error)}`);
        told = errorText(error);
      }
    }
  }

  async #lookAtChanged(): Promise<void> {
    const { items } = await this.#core.listNamespacedSecret(
      { namespace: target.namespace },
      ONLY_METADATA,
    );
    for (const { metadata: { name = "", resourceVersion = "" } = {} } of items) {
      if (!this.#seen.has(name) || this.#versions.get(name) === resourceVersion) continue;
      await this.#look(name);
      this.#versions.set(name, resourceVersion);
    }
  }

  async #look(name: string): Promise<void> {
    const files = await filesOfSecret(this.#core, name);
    if (this.#stopped || isEqual(files, this.#seen.get(name) ?? {})) return;
    this.#seen.set(name, files);
    this.onChange(name, files);
  }
}

function isEqual(left: Files, right: Files): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(name => left[name]?.equals(right[name] ?? Buffer.alloc(0)) ?? false)
  );
}
