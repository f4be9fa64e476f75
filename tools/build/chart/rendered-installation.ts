/** What kustomize makes of the installation, without and with each of its components. */
import { renderWith } from "../../../testbed/manifests/rendering";
import { readObjects, type KubernetesObject } from "./objects";

/** The components that are values of the chart, and when each is wanted: conditions of Go templates. */
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
  /** Without any component. */
  base: readonly KubernetesObject[];
  /** With one component each, and when that is wanted. */
  variants: readonly { name: string; condition: string; objects: readonly KubernetesObject[] }[];
}

/**
 * Renders the installation as it is in the tree; `pepr build` must have been run.
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
