import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { errorText, sleep, type Log } from "../process/log";
import { filesOfSecret, type Files } from "./pod-plan";

/** Milliseconds between checks for changed Secrets; a kubelet takes seconds to a minute. */
const periodMs = 500;

/** Watches the Secrets that Pods mount, as the kubelet does. */
export class SecretSync {
  readonly #core: CoreV1Api;
  readonly #seen = new Map<string, Files>();
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
        for (const name of this.#seen.keys()) await this.#look(name);
        told = "";
      } catch (error) {
        // If the API server or the Secret is unavailable, keep the files, as a kubelet does.
        if (errorText(error) !== told) this.log(`Secrets are not followed: ${errorText(error)}`);
        told = errorText(error);
      }
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
