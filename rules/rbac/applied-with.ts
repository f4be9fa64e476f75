/** Recognises objects that another tool applies from a manifest, by the marks that the tool leaves. */
import type { V1ObjectMeta } from "@kubernetes/client-node";

/** A tool that applies manifests. */
export type Applier = "Argo CD" | "Flux" | "Helm" | "kubectl apply" | "server-side apply";

type Marks = Pick<V1ObjectMeta, "annotations" | "labels" | "managedFields">;

/**
 * Annotations and labels, as a key or as KEY=VALUE. From the most specific: Argo CD also leaves the mark of kubectl
 * apply.
 */
const MARKS: readonly (readonly [applier: Applier, marks: readonly string[]])[] = [
  ["Argo CD", ["argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance"]],
  ["Flux", ["kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name"]],
  ["Helm", ["meta.helm.sh/release-name"]],
  ["kubectl apply", ["kubectl.kubernetes.io/last-applied-configuration"]],
  // Only the label: rendered by Helm, and created by something else.
  ["Helm", ["app.kubernetes.io/managed-by=Helm"]],
];

/** Field managers that apply without a manifest: an earlier gmsa, and Kubernetes for aggregated roles. */
const NOT_FROM_MANIFESTS = ["gmsa", "clusterrole-aggregation-controller"];

/** Returns the tool that applies the object. Undefined if it does not show one. */
export function appliedWith(metadata: Marks | undefined): Applier | undefined {
  const { annotations, labels, managedFields } = metadata ?? {};
  // The API server may return null.
  const left = Object.entries({ ...annotations, ...labels }).flatMap(([key, value]) => [
    key,
    `${key}=${value}`,
  ]);
  const found = MARKS.find(([, marks]) => marks.some(mark => left.includes(mark)));
  if (found !== undefined) return found[0];
  const isApplied = (managedFields ?? []).some(
    ({ operation, manager = "" }) => operation === "Apply" && !NOT_FROM_MANIFESTS.includes(manager),
  );
  return isApplied ? "server-side apply" : undefined;
}
