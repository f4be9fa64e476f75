/** All that the checks look at. */
import type {
  V1Deployment,
  V1MutatingWebhookConfiguration,
  V1Node,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
  V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";

/** A webhook configuration of either kind. */
export type WebhookConfiguration =
  | V1MutatingWebhookConfiguration
  | V1ValidatingWebhookConfiguration;

/** The parts of an API object, as far as checks look at them. */
export interface Facts {
  /** Versions in which the API server serves credspecs. */
  servedVersions: string[];
  /** Every webhook configuration of the cluster. */
  mutating: V1MutatingWebhookConfiguration[];
  validating: V1ValidatingWebhookConfiguration[];
  /** Undefined if there is none of its name. */
  policy: V1ValidatingAdmissionPolicy | undefined;
  /** Those of that policy. */
  policyBindings: V1ValidatingAdmissionPolicyBinding[];
  namespaces: NamespaceLabels[];
  /** Deployment of the webhook; undefined if it is not there. */
  controller: V1Deployment | undefined;
  /** Deployment of what looks after the certificates. */
  keeper: V1Deployment | undefined;
  /** Whether there is the Service, and how many addresses it leads to. */
  endpoints: { service: boolean; ready: number; others: number };
  windowsNodes: V1Node[];
}

export interface NamespaceLabels {
  name: string;
  labels: Record<string, string>;
}
