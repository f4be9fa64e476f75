/** Which of the kustomize components are values of the chart. */

/** A component, and when the chart has what it adds or changes. */
export interface Component {
  /** Its folder below deploy/components. */
  name: string;
  /** Condition of a Go template. */
  condition: string;
}

/** All components that the chart knows. */
export const components: readonly Component[] = [
  { name: "cert-manager", condition: 'eq .Values.certificates.source "cert-manager"' },
  { name: "monitoring", condition: ".Values.monitoring.enabled" },
  { name: "namespace-annotations", condition: ".Values.namespaceAnnotations" },
  { name: "namespace-opt-out", condition: ".Values.namespaceOptOut" },
  { name: "one-replica", condition: "eq (int .Values.replicas) 1" },
  { name: "random-hostname", condition: ".Values.randomHostname" },
  { name: "usage-count", condition: ".Values.usageCount" },
  { name: "viewer-role", condition: ".Values.viewerRole" },
];
