import type { ObjectLike } from "../../rules/workload/pod-template";
import type { ManifestCluster } from "../manifests/manifest-cluster";
import { contextOf } from "../manifests/manifest-workloads";
import { admit } from "../workloads/admission-now";
import type { AdmissionContext } from "../workloads/admission-now";
import type { Admission, Answer, Trial } from "../commands/dry-run/pod-under-test";

/**
 * Admission in the cluster that there would be with the given objects and nothing else: the rules,
 * and the policy, with the objects' credspecs and RBAC.
 */
export class ManifestAdmission implements Admission {
  readonly #context: AdmissionContext & { cluster: ManifestCluster };

  /** @param namespace of objects that name none. */
  constructor(objects: readonly ObjectLike[], namespace: string) {
    this.#context = contextOf(objects, namespace);
  }

  get cluster(): ManifestCluster {
    return this.#context.cluster;
  }

  admit(trial: Trial): Promise<Answer> {
    return admit(trial, this.#context);
  }
}
