/** Puts the module, the limit or nothing in the API server's path. */
import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";

import type { Bed } from "../../../testbed/bed/bed";
import { errorText, sleep } from "../../../testbed/process/log";
import { NAMESPACE, PODS, REFUSED_POD } from "../cases";
import { LIMIT_REFUSAL, type AdmissionObjects, type Limit } from "./limit";

/** Objects that put the module in the API server's path; the rest of the installation stays. */
const SWITCHED = [
  "ValidatingAdmissionPolicy/gmsa-excluded-namespaces",
  "ValidatingAdmissionPolicyBinding/gmsa-excluded-namespaces",
  "MutatingWebhookConfiguration/pepr-gmsa",
  "ValidatingWebhookConfiguration/pepr-gmsa",
];
const SWITCHED_WITHIN_MS = 60_000;
const POLL_MS = 50;
/** The policy has a namespace selector of its own, which matches this namespace. */
const EXCLUDED_NAMESPACE = "kube-system";

/** What checks Pods: nothing, the limit of any two webhooks, or the module. */
export const SIDES = ["none", "limit", "ours"] as const;
export type Side = (typeof SIDES)[number];

/** The created Pod, or the reason for its refusal. */
interface Outcome {
  pod?: V1Pod;
  refusal: string;
}

interface Switched {
  bed: Pick<Bed, "kubeConfig" | "kubectl">;
  /** YAML of the whole installation, which is already applied. */
  manifest: string;
  limit: Limit;
  signal: AbortSignal;
}

/** Deletes and recreates the installation's admission objects. */
export class ModuleSwitch {
  readonly #core: CoreV1Api;
  readonly #names: string;
  /** JSON of the objects of each side; empty for "none". */
  #objects: Record<Side, string> | undefined;
  #side: Side = "ours";

  constructor(private readonly switched: Switched) {
    this.#core = switched.bed.kubeConfig.makeApiClient(CoreV1Api);
    const documents = parseAllDocuments(switched.manifest).filter(document =>
      SWITCHED.includes(
        `${String(document.get("kind"))}/${String(document.getIn(["metadata", "name"]))}`,
      ),
    );
    if (documents.length !== SWITCHED.length) {
      throw new Error(`the installation holds ${documents.length} of ${SWITCHED.join(", ")}`);
    }
    // JSON text is also a YAML document.
    this.#names = documents.map(document => `---\n${JSON.stringify(document)}\n`).join("");
  }

  /**
   * Switches, and resolves once the API server behaves accordingly. Always passes through "none":
   * the limit and the module treat a granted Pod alike, so a direct switch could not be detected.
   *
   * @throws if it does not within a minute.
   */
  async turn(side: Side): Promise<void> {
    if (side === this.#side) return this.#untilBehaves();
    // Read from the cluster, because the installation's YAML does not contain the CA bundle.
    this.#objects ??= await this.#readObjects();
    if (this.#side !== "none") await this.#become("none", ["delete"], this.#objects[this.#side]);
    if (side !== "none") await this.#become(side, ["create"], this.#objects[side]);
  }

  async #become(side: Side, verb: string[], objects: string): Promise<void> {
    await this.switched.bed.kubectl([...verb, "-f", "-"], { stdin: objects });
    this.#side = side;
    await this.#untilBehaves();
  }

  async #untilBehaves(): Promise<void> {
    const deadline = Date.now() + SWITCHED_WITHIN_MS;
    for (;;) {
      this.switched.signal.throwIfAborted();
      const wrong = await this.#whatIsWrong();
      if (wrong === undefined) return;
      if (Date.now() > deadline) throw new Error(`switched to "${this.#side}", and still ${wrong}`);
      await sleep(POLL_MS);
    }
  }

  async #readObjects(): Promise<Record<Side, string>> {
    const { bed, limit } = this.switched;
    const { stdout } = await bed.kubectl(["get", "-o", "json", "-f", "-"], { stdin: this.#names });
    const ours = JSON.parse(stdout) as AdmissionObjects;
    for (const { metadata } of ours.items) {
      for (const field of ["resourceVersion", "uid", "creationTimestamp"]) {
        Reflect.deleteProperty(metadata, field);
      }
    }
    return { none: "", limit: JSON.stringify(limit.inPlaceOf(ours)), ours: JSON.stringify(ours) };
  }

  async #whatIsWrong(): Promise<string | undefined> {
    const [granted, ungranted, excluded] = await Promise.all([
      this.#tryCreate(PODS["one reference"], NAMESPACE),
      this.#tryCreate(REFUSED_POD, NAMESPACE),
      this.#tryCreate(REFUSED_POD, EXCLUDED_NAMESPACE),
    ]);
    const present = this.#side !== "none";
    if (granted.pod === undefined) return `refuses what is granted: ${granted.refusal}`;
    if (hasContents(granted.pod) !== present) return "the mutating webhook is not switched";
    if (refuser(ungranted.refusal) !== this.#side) return "the validating webhook is not switched";
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

/** Which side refused. */
function refuser(refusal: string): Side {
  if (!refusal.includes("admission webhook")) return "none";
  return refusal.includes(LIMIT_REFUSAL) ? "limit" : "ours";
}

function hasContents(pod: V1Pod): boolean {
  const options = pod.spec?.containers[0]?.securityContext?.windowsOptions;
  return (options?.gmsaCredentialSpec ?? "") !== "";
}
