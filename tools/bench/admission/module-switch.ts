/** Takes the module out of the API server's way, and puts it back. */
import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";

import type { Bed } from "../../../testbed/bed/bed";
import { errorText, sleep } from "../../../testbed/process/log";
import { NAMESPACE, PODS, REFUSED_POD } from "../cases";

/** What stands between the API server and a Pod; the rest of the installation stays. */
const SWITCHED_KINDS = [
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
];
const SWITCHED_WITHIN_MS = 60_000;
const POLL_MS = 50;
/** The policy's own namespace selector names it. */
const EXCLUDED_NAMESPACE = "kube-system";

/** Whether Pods are created with the module or without. */
export type Side = "without" | "with";

/** What the API server made of a Pod: the Pod, or the reason why not. */
interface Outcome {
  pod?: V1Pod;
  refusal: string;
}

/** Deletes and applies the module's admission objects, as its installation holds them. */
export class ModuleSwitch {
  readonly #core: CoreV1Api;
  readonly #names: string;
  #objects = "";
  #side: Side = "with";

  /** @param manifest the whole installation, which is applied already. */
  constructor(
    private readonly bed: Pick<Bed, "kubeConfig" | "kubectl">,
    manifest: string,
    private readonly signal: AbortSignal,
  ) {
    this.#core = bed.kubeConfig.makeApiClient(CoreV1Api);
    const documents = parseAllDocuments(manifest).filter(document =>
      SWITCHED_KINDS.includes(String(document.get("kind"))),
    );
    if (documents.length !== SWITCHED_KINDS.length) {
      throw new Error(`the installation holds ${documents.length} of ${SWITCHED_KINDS.join(", ")}`);
    }
    // A JSON text is a YAML document, too.
    this.#names = documents.map(document => `---\n${JSON.stringify(document)}\n`).join("");
  }

  /**
   * Switches, and resolves once the API server behaves accordingly.
   *
   * @throws if it does not within a minute.
   */
  async turn(side: Side): Promise<void> {
    if (side !== this.#side) {
      // As they are in the cluster: the CA bundle is not part of the installation's YAML.
      if (this.#objects === "") this.#objects = await this.#liveObjects();
      const args = side === "with" ? ["create", "-f", "-"] : ["delete", "-f", "-"];
      await this.bed.kubectl(args, { stdin: this.#objects });
      this.#side = side;
    }
    await this.untilBehaves();
  }

  /** Resolves once the API server behaves as it was last told to. */
  async untilBehaves(): Promise<void> {
    const deadline = Date.now() + SWITCHED_WITHIN_MS;
    for (;;) {
      this.signal.throwIfAborted();
      const wrong = await this.#whatIsWrong();
      if (wrong === undefined) return;
      if (Date.now() > deadline) {
        throw new Error(`switched to "${this.#side}" the module, and still ${wrong}`);
      }
      await sleep(POLL_MS);
    }
  }

  async #liveObjects(): Promise<string> {
    const { stdout } = await this.bed.kubectl(["get", "-o", "json", "-f", "-"], {
      stdin: this.#names,
    });
    const list = JSON.parse(stdout) as { items: { metadata: Record<string, unknown> }[] };
    for (const { metadata } of list.items) {
      for (const field of ["resourceVersion", "uid", "creationTimestamp"]) {
        Reflect.deleteProperty(metadata, field);
      }
    }
    return JSON.stringify(list);
  }

  async #whatIsWrong(): Promise<string | undefined> {
    const present = this.#side === "with";
    const [granted, ungranted, excluded] = await Promise.all([
      this.#tryCreate(PODS["one reference"], NAMESPACE),
      this.#tryCreate(REFUSED_POD, NAMESPACE),
      this.#tryCreate(REFUSED_POD, EXCLUDED_NAMESPACE),
    ]);
    if (granted.pod === undefined) return `refuses what is granted: ${granted.refusal}`;
    if (hasContents(granted.pod) !== present) return "the mutating webhook is not switched";
    const byWebhook = ungranted.refusal.includes("admission webhook");
    if (byWebhook !== present) return "the validating webhook is not switched";
    const byPolicy = excluded.refusal.includes("ValidatingAdmissionPolicy");
    return byPolicy === present ? undefined : "the policy is not switched";
  }

  async #tryCreate(body: V1Pod, namespace: string): Promise<Outcome> {
    try {
      const pod = await this.#core.createNamespacedPod({ namespace, body, dryRun: "All" });
      return { pod, refusal: "" };
    } catch (error) {
      return { refusal: errorText(error) };
    }
  }
}

function hasContents(pod: V1Pod): boolean {
  const options = pod.spec?.containers[0]?.securityContext?.windowsOptions;
  return (options?.gmsaCredentialSpec ?? "") !== "";
}
