/** Types of the objects that tests read. */
import type {
  KubernetesObject,
  V1ClusterRole,
  V1ConfigMap,
  V1Deployment,
  V1MutatingWebhookConfiguration,
  V1Namespace,
  V1NetworkPolicy,
  V1Pod,
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V1Service,
  V1ServiceAccount,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
  V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";

/** Types by kind. */
export interface Kinds {
  ClusterRole: V1ClusterRole;
  ConfigMap: V1ConfigMap;
  Deployment: V1Deployment;
  MutatingWebhookConfiguration: V1MutatingWebhookConfiguration;
  Namespace: V1Namespace;
  NetworkPolicy: V1NetworkPolicy;
  Pod: V1Pod;
  PodDisruptionBudget: V1PodDisruptionBudget;
  ResourceQuota: V1ResourceQuota;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
  ValidatingAdmissionPolicy: V1ValidatingAdmissionPolicy;
  ValidatingAdmissionPolicyBinding: V1ValidatingAdmissionPolicyBinding;
  ValidatingWebhookConfiguration: V1ValidatingWebhookConfiguration;
  /** cert-manager.io/v1 */
  Certificate: KubernetesObject;
  Issuer: KubernetesObject;
  /** monitoring.coreos.com/v1 */
  PrometheusRule: PrometheusRule;
  ServiceMonitor: ServiceMonitor;
}

/** The fields of a monitoring.coreos.com/v1 ServiceMonitor that are used. */
export interface ServiceMonitor extends KubernetesObject {
  spec: {
    selector: { matchLabels: Record<string, string> };
    endpoints: { port: string; scheme: string; tlsConfig: Record<string, unknown> }[];
  };
}

/** The fields of a monitoring.coreos.com/v1 PrometheusRule that are used. */
export interface PrometheusRule extends KubernetesObject {
  spec: { groups: { rules: Alert[] }[] };
}

/** One alert of a PrometheusRule. */
export interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}
