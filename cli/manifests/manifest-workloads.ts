/** The workloads and Pods in manifests, as admission would see them. */
import type { V1ValidatingAdmissionPolicyBinding } from "@kubernetes/client-node";

import { checkNoValue } from "../../rules/pod/checks/no-value";
import { gmsaAnnotationsOf } from "../../rules/pod/alpha-annotations";
import { wrongFieldsOf } from "../../rules/pod/field-names";
import type { WrongField } from "../../rules/pod/wrong-field";
import { gmsaPlacesOf, type PodLike } from "../../rules/pod/windows-options";
import {
  podTemplatesOf,
  serviceAccountNameOf,
  type PodTemplate,
} from "../../rules/workload/pod-template";
import { describeObjectName, groupOf, type ObjectLike } from "../../rules/object";
import { SHIPPED_BINDING, SHIPPED_POLICY } from "./shipped";
import { ManifestCluster } from "./manifest-cluster";
import type { AdmissionContext } from "../../rules/admission/review";
import { isRefused, refusingSelectors } from "../../rules/admission/excluded-namespaces";
import type { Workload } from "../../rules/workload/owners";

/** A Pod of an object, and whether it uses GMSA in effective fields. */
export interface LintedPod extends PodTemplate {
  usesGmsa: boolean;
  /** Whether it has contents of credential specs. */
  hasContents: boolean;
  /** GMSA settings in fields that have no effect, and other fields that the API server does not know. */
  wrongFields: WrongField[];
}

/**
 * The Pods of an object that use GMSA, or have other settings that the rules for Pods check.
 *
 * @param templates the Pod templates of the object.
 */
export function lintedPodsOf(
  object: ObjectLike,
  templates: readonly PodTemplate[] = podTemplatesOf(object),
): LintedPod[] {
  return templates.flatMap(({ path, pod }) => {
    const places = gmsaPlacesOf(pod);
    const usesGmsa = places.length > 0;
    const wrongFields = wrongFieldsOf(pod);
    const isOfInterest =
      usesGmsa ||
      wrongFields.length > 0 ||
      gmsaAnnotationsOf(pod).length > 0 ||
      checkNoValue(pod).length > 0;
    if (!isOfInterest) return [];
    const hasContents = places.some(({ contents }) => contents !== "");
    return [{ path, pod, usesGmsa, hasContents, wrongFields }];
  });
}

/** Whether a Pod uses GMSA, or was intended to. */
export function asksForIdentity({ pod, usesGmsa, wrongFields }: LintedPod): boolean {
  return usesGmsa || wrongFields.some(({ isGmsa }) => isGmsa) || gmsaAnnotationsOf(pod).length > 0;
}

/** @param namespace of an object that does not name one. */
export function workloadOf(object: ObjectLike, pod: PodLike, namespace: string): Workload {
  const places = gmsaPlacesOf(pod);
  const names = places.map(({ credspecName }) => credspecName).filter(name => name !== "");
  const [, name = ""] = describeObjectName(object).split("/");
  return {
    group: groupOf(object),
    kind: object.kind,
    namespace: object.metadata?.namespace ?? namespace,
    name,
    serviceAccount: serviceAccountNameOf(pod),
    credspecs: [...new Set(names)].sort(),
    pods: 0,
    pod,
  };
}

/**
 * A cluster with only these objects. If they do not include a binding of the policy, the shipped one applies.
 */
export function contextOf(
  objects: readonly ObjectLike[],
  namespace: string,
): AdmissionContext & { cluster: ManifestCluster } {
  const bindings = objects.filter(isPolicyBinding);
  const selectors = refusingSelectors(bindings.length > 0 ? bindings : [SHIPPED_BINDING]);
  const labels = new Map(
    objects
      .filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Namespace")
      .map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}]),
  );
  return {
    cluster: new ManifestCluster(objects, namespace),
    isExcluded: name =>
      isRefused(selectors, { ...labels.get(name), "kubernetes.io/metadata.name": name }),
  };
}

function isPolicyBinding(
  object: ObjectLike,
): object is ObjectLike & V1ValidatingAdmissionPolicyBinding {
  const { kind, spec } = object as ObjectLike & V1ValidatingAdmissionPolicyBinding;
  return (
    kind === "ValidatingAdmissionPolicyBinding" && spec?.policyName === SHIPPED_POLICY.metadata.name
  );
}
