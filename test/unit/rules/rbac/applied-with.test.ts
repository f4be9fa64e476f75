import type { V1ObjectMeta } from "@kubernetes/client-node";

import { appliedWith } from "../../../../rules/rbac/applied-with";

const LAST_APPLIED = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };

test.each<[string | undefined, V1ObjectMeta | undefined]>([
  ["kubectl apply", { annotations: LAST_APPLIED }],
  [
    "Argo CD",
    { annotations: { ...LAST_APPLIED, "argocd.argoproj.io/tracking-id": "shop:rbac/x" } },
  ],
  ["Argo CD", { labels: { "argocd.argoproj.io/instance": "shop" } }],
  ["Flux", { labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } }],
  ["Flux", { labels: { "helm.toolkit.fluxcd.io/name": "shop" } }],
  ["Helm", { annotations: { "meta.helm.sh/release-name": "shop" } }],
  // The result of `helm template | kubectl create`.
  ["Helm", { labels: { "app.kubernetes.io/managed-by": "Helm" } }],
  [undefined, { labels: { "app.kubernetes.io/managed-by": "platform-team" } }],
  [
    "kubectl apply",
    { labels: { "app.kubernetes.io/managed-by": "Helm" }, annotations: LAST_APPLIED },
  ],
  ["server-side apply", { managedFields: [{ manager: "kubectl", operation: "Apply" }] }],
  // Changes without apply, and an earlier gmsa.
  [undefined, { managedFields: [{ manager: "kubectl-edit", operation: "Update" }] }],
  [undefined, { managedFields: [{ manager: "gmsa", operation: "Apply" }] }],
  // Kubernetes fills in the rules of every aggregated role by server-side apply.
  [
    undefined,
    { managedFields: [{ manager: "clusterrole-aggregation-controller", operation: "Apply" }] },
  ],
  [undefined, { labels: { app: "shop" }, annotations: { note: "x" } }],
  [undefined, {}],
  [undefined, undefined],
])("%s, by its marks", (applier, metadata) => {
  expect(appliedWith(metadata)).toBe(applier);
});
