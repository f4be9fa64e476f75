/** A cluster for `gmsa grant` and `revoke`: a credential spec, and a service account without grants. */
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { Objects, type Outcome } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { gmsa, type GmsaResult } from "../support/gmsa-program";

/** Namespace of the service account "web". */
export const NAMESPACE = "gmsa-grants";

export class GrantsBed {
  readonly objects: Objects;

  private constructor(readonly bed: Bed) {
    this.objects = new Objects(bed.kubeConfig);
  }

  /** @param others further namespaces. */
  static async start(others: readonly string[] = []): Promise<GrantsBed> {
    const started = new GrantsBed(await startBed({ replicas: 1, install: MANIFEST }));
    for (const namespace of [NAMESPACE, ...others]) {
      await started.bed.createNamespace(namespace);
    }
    await started.objects.createServiceAccount(NAMESPACE, "web");
    await started.objects.createCredspec("webapp1", validCredspec());
    return started;
  }

  run(...args: string[]): Promise<GmsaResult> {
    return gmsa(args, { env: { KUBECONFIG: this.bed.kubeconfigPath } });
  }

  /** Creates a Pod of the service account that names the credential spec. */
  create(name: string, dryRun = true): Promise<Outcome> {
    const pod = podOf(NAMESPACE, name, { serviceAccount: "web", credspec: "webapp1" });
    return this.objects.createPod(pod, { dryRun });
  }
}
