/** Ways to break a cluster, and the expected finding of `gmsa doctor` for each. */
import type { Effect } from "../../cli/diagnosis/report/check";
import type { Bed } from "../../testbed/bed/bed";
import { ownPki } from "../fixtures/own-pki";
import { byScript, oldObjects } from "../windows-gmsa/windows-gmsa-manifests";
import { created, deleted, patched } from "./broken";
import type { Restore } from "./broken";
import { podOf } from "../../testbed/objects/pods";
import { windowsNode } from "./fake-windows-nodes";

/** Namespace of the tests' workloads. */
export const NAMESPACE = "gmsa-doctor";
const APPLY = "kubectl apply -k .";
const MUTATING = ["mutatingwebhookconfiguration", "pepr-gmsa"];
const VALIDATING = ["validatingwebhookconfiguration", "pepr-gmsa"];

/** One way to break a cluster, and doctor's expected finding. */
export interface Breakage {
  what: string;
  break: (bed: Bed) => Promise<Restore>;
  check: string;
  /** Undefined for a level worse than "warn". */
  level?: "warn";
  /** What happens to GMSA Pods, as doctor reports it. */
  effect?: Effect;
  /** Names in doctor's message and remedy. */
  names: readonly string[];
}

export const BREAKAGES: readonly Breakage[] = [
  {
    what: "the policy's binding is deleted",
    break: bed => deleted(bed, ["validatingadmissionpolicybinding", "gmsa-excluded-namespaces"]),
    check: "policy",
    names: ["ValidatingAdmissionPolicyBinding/gmsa-excluded-namespaces", APPLY],
  },
  {
    what: "the policy's binding is deleted: no other namespace is open than those two",
    break: bed => deleted(bed, ["validatingadmissionpolicybinding", "gmsa-excluded-namespaces"]),
    check: "namespaces",
    names: ["namespaces kube-system, pepr-system", APPLY],
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
    names: ["spec.validations[0].expression true", APPLY],
  },
  {
    what: "a webhook configuration is deleted",
    break: bed => deleted(bed, VALIDATING),
    check: "webhooks",
    effect: "unchecked",
    names: ["ValidatingWebhookConfiguration/pepr-gmsa", APPLY],
  },
  {
    what: "failures are ignored",
    break: bed =>
      patched(bed, MUTATING, [
        { op: "replace", path: "/webhooks/0/failurePolicy", value: "Ignore" },
      ]),
    check: "webhooks",
    names: ["MutatingWebhookConfiguration/pepr-gmsa", "failurePolicy Ignore", APPLY],
  },
  {
    what: "the match conditions are changed",
    break: bed =>
      patched(bed, VALIDATING, [
        { op: "replace", path: "/webhooks/0/matchConditions/0/expression", value: "false" },
      ]),
    check: "match-conditions",
    effect: "unchecked",
    names: ["matchConditions[gmsa-settings-new-or-changed].expression false", APPLY],
  },
  {
    what: "the match conditions are removed",
    break: bed => patched(bed, MUTATING, [{ op: "remove", path: "/webhooks/0/matchConditions" }]),
    check: "match-conditions",
    level: "warn",
    names: ["MutatingWebhookConfiguration/pepr-gmsa", ".matchConditions", APPLY],
  },
  {
    what: "what only warns is taken away",
    break: bed => patched(bed, VALIDATING, [{ op: "remove", path: "/webhooks/2" }]),
    check: "early-warnings",
    level: "warn",
    names: ["webhooks[workloads.pepr-gmsa.pepr.dev]", APPLY],
  },
  {
    what: "what only warns is waited for",
    break: bed =>
      patched(bed, VALIDATING, [
        { op: "replace", path: "/webhooks/1/failurePolicy", value: "Fail" },
      ]),
    check: "early-warnings",
    level: "warn",
    names: ["webhooks[credspecs.pepr-gmsa.pepr.dev].failurePolicy Fail", APPLY],
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
    names: [`namespace ${NAMESPACE}`, APPLY],
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
    names: ["MutatingWebhookConfiguration/pepr-gmsa", "pepr-gmsa-certificates"],
  },
  {
    what: "the certificate's Secret is deleted",
    break: bed => deleted(bed, ["secret", "pepr-gmsa-tls", "-n", "pepr-system"]),
    check: "certificate",
    effect: "unanswered",
    names: [APPLY],
  },
  {
    what: "the Service is deleted",
    break: bed => deleted(bed, ["service", "pepr-gmsa", "-n", "pepr-system"]),
    check: "endpoints",
    effect: "unanswered",
    names: ["Service pepr-system/pepr-gmsa", APPLY],
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
    names: ["v1alpha1", APPLY],
  },
  {
    what: "the guard of the credential specs is missing",
    break: bed => deleted(bed, ["validatingadmissionpolicybinding", "gmsa-keep-credspecs"]),
    check: "credspecs-kept",
    level: "warn",
    names: ["ValidatingAdmissionPolicyBinding/gmsa-keep-credspecs", APPLY],
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
    names: ["cattle-windows-gmsa-system/rancher-gmsa-webhook-crd", "gmsa explain migration"],
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
    names: ["MutatingWebhookConfiguration/gmsa-webhook", "gmsa explain migration"],
  },
  {
    what: "a service account has no grant",
    break: bed => created(bed, [deployment("no-grant", "webapp1")]),
    check: "grants",
    names: [
      "Deployment/no-grant",
      '"default"',
      '"webapp1"',
      "gmsa grant webapp1 --service-account gmsa-doctor/default",
    ],
  },
  {
    what: "a credential spec does not exist",
    break: bed => created(bed, [deployment("typo", "web-app-1", "web")]),
    check: "references",
    names: ["Deployment/typo", "web-app-1", "kubectl get gmsacredentialspecs.windows.k8s.io"],
  },
  {
    what: "Windows Server 2019 is too old",
    break: bed => created(bed, [windowsNode("old", { kernelVersion: "10.0.17763.1432" })]),
    check: "node-build",
    names: ["Node/old", "10.0.17763.1432", "KB5000822"],
  },
  {
    what: "a Windows node has no labels",
    break: bed => created(bed, [windowsNode("bare", { labels: {} })]),
    check: "node-labels",
    names: [
      "Node/bare",
      "kubernetes.io/os",
      "kubectl label node bare --overwrite kubernetes.io/os=windows",
    ],
  },
  {
    what: "a Windows node runs something else than containerd",
    break: bed => created(bed, [windowsNode("docker", { runtime: "docker://25.0.3" })]),
    check: "node-runtime",
    level: "warn",
    names: ["Node/docker", "docker://25.0.3"],
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
    names: ["Node/smb", "EnableCompartmentNamespace", "deploy/windows"],
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
