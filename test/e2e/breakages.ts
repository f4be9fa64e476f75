/** Ways to break a cluster, and the expected finding of `gmsa doctor` for each. */
import type { Bed } from "../../testbed/bed/bed";
import { ownPki } from "../fixtures/own-pki";
import { byScript, oldObjects } from "../windows-gmsa/windows-gmsa-manifests";
import { created, deleted, patched } from "./broken";
import type { Restore } from "./broken";
import { podOf } from "../../testbed/objects/pods";
import { windowsNode } from "./fake-windows-nodes";

/** Namespace of the tests' workloads. */
export const NAMESPACE = "gmsa-doctor";
const APPLY = "→ Apply the installation: `kubectl apply -k .`";
const MUTATING = ["mutatingwebhookconfiguration", "pepr-gmsa"];
const VALIDATING = ["validatingwebhookconfiguration", "pepr-gmsa"];

/** One way to break a cluster, and doctor's expected finding. */
export interface Breakage {
  what: string;
  break: (bed: Bed) => Promise<Restore>;
  check: string;
  /** Undefined for a level worse than "warn". */
  level?: "warn";
  says: RegExp;
  remedy: string;
}

export const BREAKAGES: readonly Breakage[] = [
  {
    what: "the policy's binding is deleted",
    break: bed => deleted(bed, ["validatingadmissionpolicybinding", "gmsa-excluded-namespaces"]),
    check: "policy",
    says: /ValidatingAdmissionPolicyBinding\/gmsa-excluded-namespaces is missing/,
    remedy: APPLY,
  },
  {
    what: "the policy's binding is deleted: no other namespace is open than those two",
    break: bed => deleted(bed, ["validatingadmissionpolicybinding", "gmsa-excluded-namespaces"]),
    check: "namespaces",
    says: /admitted unchecked in namespaces kube-system, pepr-system/,
    remedy: APPLY,
  },
  {
    what: "the policy is changed",
    break: bed =>
      patched(
        bed,
        ["validatingadmissionpolicy", "gmsa-excluded-namespaces"],
        [{ op: "replace", path: "/spec/validations/0/expression", value: "true" }],
      ),
    check: "policy",
    says: /has spec\.validations\[0\]\.expression true, not variables\.settings/,
    remedy: APPLY,
  },
  {
    what: "a webhook configuration is deleted",
    break: bed => deleted(bed, VALIDATING),
    check: "webhooks",
    says: /ValidatingWebhookConfiguration\/pepr-gmsa is missing: GMSA Pods are admitted unchecked/,
    remedy: APPLY,
  },
  {
    what: "failures are ignored",
    break: bed =>
      patched(bed, MUTATING, [
        { op: "replace", path: "/webhooks/0/failurePolicy", value: "Ignore" },
      ]),
    check: "webhooks",
    says: /\.failurePolicy Ignore, not Fail: GMSA Pods are admitted unchecked/,
    remedy: APPLY,
  },
  {
    what: "the match conditions are changed",
    break: bed =>
      patched(bed, VALIDATING, [
        { op: "replace", path: "/webhooks/0/matchConditions/0/expression", value: "false" },
      ]),
    check: "match-conditions",
    says: /\.matchConditions\[gmsa-settings-new-or-changed\]\.expression false, not/,
    remedy: APPLY,
  },
  {
    what: "the match conditions are removed",
    break: bed => patched(bed, MUTATING, [{ op: "remove", path: "/webhooks/0/matchConditions" }]),
    check: "match-conditions",
    level: "warn",
    says: /lacks webhooks\[\S+\]\.matchConditions .*: every Pod waits for the webhook/,
    remedy: APPLY,
  },
  {
    what: "what only warns is taken away",
    break: bed => patched(bed, VALIDATING, [{ op: "remove", path: "/webhooks/2" }]),
    check: "early-warnings",
    level: "warn",
    says: /lacks webhooks\[workloads\.pepr-gmsa\.pepr\.dev\] .*: authors of these objects/,
    remedy: APPLY,
  },
  {
    what: "what only warns is waited for",
    break: bed =>
      patched(bed, VALIDATING, [
        { op: "replace", path: "/webhooks/1/failurePolicy", value: "Fail" },
      ]),
    check: "early-warnings",
    level: "warn",
    says: /webhooks\[credspecs\.pepr-gmsa\.pepr\.dev\]\.failurePolicy Fail, not Ignore/,
    remedy: APPLY,
  },
  {
    what: "a namespace is left out by the webhook, and not covered by the policy",
    break: bed =>
      patched(bed, VALIDATING, [
        {
          op: "add",
          path: "/webhooks/0/namespaceSelector/matchExpressions/-",
          value: { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [NAMESPACE] },
        },
      ]),
    check: "namespaces",
    says: new RegExp(`GMSA Pods are admitted unchecked in namespace ${NAMESPACE}`),
    remedy: APPLY,
  },
  {
    what: "another CA is trusted",
    break: async (bed: Bed): Promise<Restore> => {
      const { ca } = await ownPki();
      const value = Buffer.from(ca).toString("base64");
      return patched(bed, MUTATING, [
        { op: "replace", path: "/webhooks/0/clientConfig/caBundle", value },
      ]);
    },
    check: "certificate",
    says: /MutatingWebhookConfiguration\/pepr-gmsa does not trust the certificate/,
    remedy: "→ pepr-gmsa-certificates adds it within seconds.",
  },
  {
    what: "the certificate's Secret is deleted",
    break: bed => deleted(bed, ["secret", "pepr-gmsa-tls", "-n", "pepr-system"]),
    check: "certificate",
    says: /a Secret or a webhook configuration of the installation is missing/,
    remedy: APPLY,
  },
  {
    what: "the Service is deleted",
    break: bed => deleted(bed, ["service", "pepr-gmsa", "-n", "pepr-system"]),
    check: "endpoints",
    says: /Service pepr-system\/pepr-gmsa is missing/,
    remedy: APPLY,
  },
  {
    what: "a version of credential specs is not served",
    break: bed =>
      patched(
        bed,
        ["crd", "gmsacredentialspecs.windows.k8s.io"],
        [{ op: "replace", path: "/spec/versions/1/served", value: false }],
      ),
    check: "credspec-resource",
    says: /is not served as v1alpha1/,
    remedy: APPLY,
  },
  {
    what: "the guard of the credential specs is missing",
    break: bed => deleted(bed, ["validatingadmissionpolicybinding", "gmsa-keep-credspecs"]),
    check: "credspecs-kept",
    level: "warn",
    says: /ValidatingAdmissionPolicyBinding\/gmsa-keep-credspecs is missing: .* by mistake/,
    remedy: APPLY,
  },
  {
    what: "the CRD belongs to another Helm release",
    break: bed =>
      patched(
        bed,
        ["crd", "gmsacredentialspecs.windows.k8s.io"],
        Object.entries({
          "meta.helm.sh~1release-name": "rancher-gmsa-webhook-crd",
          "meta.helm.sh~1release-namespace": "cattle-windows-gmsa-system",
        }).map(([key, value]) => ({ op: "add", path: `/metadata/annotations/${key}`, value })),
      ),
    check: "credspecs-kept",
    level: "warn",
    says: /belongs to the Helm release cattle-windows-gmsa-system\/rancher-gmsa-webhook-crd/,
    remedy:
      '→ Remove it from that release: see `gmsa explain migration`, section "The CRD of another Helm release".',
  },
  {
    what: "windows-gmsa is still installed",
    break: (bed: Bed): Promise<Restore> => {
      const pair = { ca: "", certificate: "", key: "" };
      const webhooks = oldObjects(byScript, pair).filter(object =>
        (object as { kind: string }).kind.endsWith("WebhookConfiguration"),
      );
      return created(bed, webhooks);
    },
    check: "windows-gmsa",
    level: "warn",
    says: /MutatingWebhookConfiguration\/gmsa-webhook of windows-gmsa still exists/,
    remedy: "→ Finish the migration: steps 3 and 4 of `gmsa explain migration`.",
  },
  {
    what: "a service account has no grant",
    break: bed => created(bed, [deployment("no-grant", "webapp1")]),
    check: "grants",
    says: /Deployment\/no-grant in gmsa-doctor: service account "default" is not authorized to `use` GMSA cred spec "webapp1"/,
    remedy: "`gmsa grant webapp1 --service-account gmsa-doctor/default`, or add",
  },
  {
    what: "a credential spec does not exist",
    break: bed => created(bed, [deployment("typo", "web-app-1", "web")]),
    check: "references",
    says: /Deployment\/typo in gmsa-doctor: cred spec web-app-1 does not exist/,
    remedy: "→ Run `kubectl get gmsacredentialspecs.windows.k8s.io` to list the existing ones.",
  },
  {
    what: "Windows Server 2019 is too old",
    break: bed => created(bed, [windowsNode("old", { kernelVersion: "10.0.17763.1432" })]),
    check: "node-build",
    says: /Node\/old has 10\.0\.17763\.1432 \(Windows Server 2019\): containerd cannot use GMSA there/,
    remedy: "→ Install KB5000822",
  },
  {
    what: "a Windows node has no labels",
    break: bed => created(bed, [windowsNode("bare", { labels: {} })]),
    check: "node-labels",
    says: /Node\/bare runs Windows and has no label kubernetes.io\/os/,
    remedy: "kubectl label node bare --overwrite kubernetes.io/os=windows",
  },
  {
    what: "a Windows node runs something else than containerd",
    break: bed => created(bed, [windowsNode("docker", { runtime: "docker://25.0.3" })]),
    check: "node-runtime",
    level: "warn",
    says: /Node\/docker runs docker:\/\/25\.0\.3, not containerd/,
    remedy: "→ Use nodes with containerd",
  },
  {
    what: "the registry of a Windows node is not prepared",
    break: bed =>
      created(bed, [
        windowsNode("smb", {
          annotations: { "gmsa.pepr.dev/compartment-namespace": "disabled" },
        }),
      ]),
    check: "node-compartments",
    level: "warn",
    says: /Node\/smb has EnableCompartmentNamespace not set/,
    remedy: "→ Set it with the DaemonSet of deploy/windows",
  },
];

function deployment(name: string, credspec: string, serviceAccount?: string): object {
  const { spec } = podOf(NAMESPACE, name, { credspec, serviceAccount });
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE },
    // Without Pods, because some of the breakages would not admit any.
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}
