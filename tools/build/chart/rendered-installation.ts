/** Renders the installation with kustomize, without components and with each component. */
import { renderWith } from "../../../testbed/manifests/rendering";
import { readObjects, type KubernetesObject } from "./objects";

/** The components that are values of the chart, and the Go template condition of each. */
export const COMPONENTS: Readonly<Record<string, string>> = {
  canary: ".Values.canary.enabled",
  "cert-manager": 'eq .Values.certificates.source "cert-manager"',
  "client-certificates": ".Values.clientCertificates.names",
  "custom-kinds": ".Values.customKinds",
  "host-network": ".Values.webhook.hostNetwork",
  "manual-trust": 'eq .Values.certificates.trust "manual"',
  monitoring: ".Values.monitoring.enabled",
  "namespace-annotations": ".Values.namespaceAnnotations",
  "namespace-opt-out": ".Values.namespaceOptOut",
  "one-replica": "eq (int .Values.replicas) 1",
  openshift: ".Values.openshift",
  "random-hostname": ".Values.randomHostname",
  "restricted-namespace": ".Values.restrictedNamespace",
  "usage-count": ".Values.usageCount",
  "viewer-role": ".Values.viewerRole",
};

/** The installation's objects. */
export interface Rendering {
  /** Without components. */
  base: readonly KubernetesObject[];
  /** With one component each, and the condition of that component. */
  variants: readonly { name: string; condition: string; objects: readonly KubernetesObject[] }[];
}

/**
 * Renders the installation from the working tree; `pepr build` must have run before.
 *
 * @param kubectl path or name of kubectl.
 */
export async function renderInstallation(kubectl: string): Promise<Rendering> {
  const base = readObjects(await renderWith([], kubectl));
  const variants = await Promise.all(
    Object.entries(COMPONENTS).map(async ([name, condition]) => ({
      name,
      condition,
      objects: readObjects(await renderWith([name], kubectl)),
    })),
  );
  return { base, variants };
}
