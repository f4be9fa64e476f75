/** Admission in the cluster that there would be with the given objects and nothing else. */
import type { V1ValidatingAdmissionPolicyBinding } from "@kubernetes/client-node";

import type { ObjectLike } from "../../capabilities/workload";
import { SHIPPED_BINDING, SHIPPED_POLICY } from "../facts/shipped";
import { ManifestCluster } from "../manifests/manifest-cluster";
import { admit } from "../workloads/admission-now";
import { isRefused, refusingSelectors } from "../workloads/excluded-namespaces";
import type { Admission, Answer, Trial } from "./trial";

/** The label that the API server gives every namespace. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/**
 * The rules of admission, and the policy, with the objects' credspecs and RBAC. Where the objects
 * hold no binding of the policy, it is the one that is shipped.
 */
export class ManifestAdmission implements Admission {
  readonly cluster: ManifestCluster;
  readonly #isExcluded: (namespace: string) => boolean;

  /** @param namespace of objects that name none. */
  constructor(objects: readonly ObjectLike[], namespace: string) {
    this.cluster = new ManifestCluster(objects, namespace);
    this.#isExcluded = exclusionsOf(objects);
  }

  admit(trial: Trial): Promise<Answer> {
    return admit(trial, { cluster: this.cluster, isExcluded: this.#isExcluded });
  }
}

function exclusionsOf(objects: readonly ObjectLike[]): (namespace: string) => boolean {
  const bindings = objects.filter(
    (object): object is ObjectLike & V1ValidatingAdmissionPolicyBinding =>
      object.kind === "ValidatingAdmissionPolicyBinding" &&
      (object as V1ValidatingAdmissionPolicyBinding).spec?.policyName ===
        SHIPPED_POLICY.metadata.name,
  );
  const selectors = refusingSelectors(bindings.length > 0 ? bindings : [SHIPPED_BINDING]);
  const labels = new Map(
    objects
      .filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Namespace")
      .map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}]),
  );
  return namespace => isRefused(selectors, { ...labels.get(namespace), [NAME_LABEL]: namespace });
}
