/**
 * Ways to break an installation. For each, `gmsa doctor` names the cause and the remedy, and
 * neither it nor `gmsa status` reports success. docs/reference/checks.md lists them in a table.
 */
import type { Bed } from "../../testbed/bed/bed";
import { ownPki } from "../fixtures/own-pki";
import { anotherModule, created, deleted, deletedCredspecs, moduleSecret } from "./broken";
import { patched, type BrokenInstallation, type Restore } from "./broken";
import { BROKEN_BY_OTHERS } from "./broken-by-others";
import { podStatus, ready, scale } from "./broken-pods";

const OURS = ["-n", "pepr-system"];
const MUTATING = ["mutatingwebhookconfiguration", "pepr-gmsa"];
const VALIDATING = ["validatingwebhookconfiguration", "pepr-gmsa"];
const POLICY = ["validatingadmissionpolicy", "gmsa-excluded-namespaces"];
const BINDING = ["validatingadmissionpolicybinding", "gmsa-excluded-namespaces"];
const APPLY = "kubectl apply -k .";
const SELECTOR = { matchLabels: { guarded: "yes" } };

function add(path: string, value: unknown): object {
  return { op: "add", path, value };
}

export const BROKEN_INSTALLATIONS: readonly BrokenInstallation[] = [
  {
    what: "the ClusterRoleBinding of the webhook is deleted",
    break: bed => deleted(bed, ["clusterrolebinding", "pepr-gmsa"]),
    code: "GMSA108",
    effect: "refused",
    names: [
      "gmsacredentialspecs.windows.k8s.io",
      "ClusterRole/pepr-gmsa",
      "ClusterRoleBinding/pepr-gmsa",
    ],
  },
  {
    what: "a rule of the webhook's ClusterRole is deleted",
    break: bed => patched(bed, ["clusterrole", "pepr-gmsa"], [{ op: "remove", path: "/rules/1" }]),
    code: "GMSA108",
    effect: "refused",
    names: ["subjectaccessreviews.authorization.k8s.io", APPLY],
  },
  {
    what: "the webhook's ClusterRole has one more rule",
    break: bed =>
      patched(
        bed,
        ["clusterrole", "pepr-gmsa"],
        [add("/rules/-", { apiGroups: [""], resources: ["secrets"], verbs: ["get"] })],
      ),
    code: "GMSA107",
    names: ["ClusterRole/pepr-gmsa", '"secrets"', APPLY],
  },
  {
    what: "the Secret with the module is deleted",
    break: async bed => deleted(bed, ["secret", await moduleSecret(bed), ...OURS]),
    code: "GMSA107",
    names: ["Secret/pepr-gmsa-module-", APPLY],
  },
  {
    what: "the module in its Secret is another program",
    break: anotherModule,
    code: "GMSA107",
    names: ["Secret/pepr-gmsa-module-", "module-", APPLY],
  },
  {
    what: "the RoleBinding of the store is deleted",
    break: bed => deleted(bed, ["rolebinding", "pepr-gmsa-store", ...OURS]),
    code: "GMSA107",
    names: ["RoleBinding/pepr-gmsa-store", APPLY],
  },
  {
    what: "a NetworkPolicy is deleted",
    break: bed => deleted(bed, ["networkpolicy", "gmsa-webhook", ...OURS]),
    code: "GMSA107",
    names: ["NetworkPolicy/gmsa-webhook", APPLY],
  },
  {
    what: "a NetworkPolicy allows all connections",
    break: bed =>
      patched(bed, ["networkpolicy", "gmsa-api-server", ...OURS], [add("/spec/ingress", [{}])]),
    code: "GMSA107",
    names: ["NetworkPolicy/gmsa-api-server", "spec.ingress [{}]", APPLY],
  },
  {
    what: "both webhook configurations are deleted",
    break: async (bed: Bed): Promise<Restore> => {
      const restores = [await deleted(bed, MUTATING), await deleted(bed, VALIDATING)];
      return async () => {
        for (const restore of restores) await restore();
      };
    },
    code: "GMSA103",
    effect: "unchecked",
    names: ["ValidatingWebhookConfiguration/pepr-gmsa", APPLY],
  },
  {
    what: "the MutatingWebhookConfiguration is deleted",
    break: bed => deleted(bed, MUTATING),
    code: "GMSA103",
    effect: "refused",
    names: ["MutatingWebhookConfiguration/pepr-gmsa", APPLY],
  },
  {
    what: "failures of the validating webhook are ignored",
    break: bed => patched(bed, VALIDATING, [add("/webhooks/0/failurePolicy", "Ignore")]),
    code: "GMSA103",
    effect: "ignored",
    names: ["ValidatingWebhookConfiguration/pepr-gmsa", "failurePolicy Ignore", APPLY],
  },
  {
    what: "a webhook of others is in the configuration",
    break: async (bed: Bed): Promise<Restore> => {
      const { stdout } = await bed.kubectl(["get", ...VALIDATING, "-o", "json"]);
      const { webhooks } = JSON.parse(stdout) as { webhooks: [{ clientConfig: object }] };
      const [first] = webhooks;
      const clientConfig = { service: { name: "other", namespace: "default" } };
      const rules = [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["secrets"] },
      ];
      const other = { ...first, name: "other.example.com", clientConfig, rules };
      Object.assign(other, { failurePolicy: "Ignore", matchConditions: [] });
      return patched(bed, VALIDATING, [add("/webhooks/-", other)]);
    },
    code: "GMSA103",
    names: ["webhooks[other.example.com]", APPLY],
  },
  {
    what: "the validating webhook calls a port that the Service does not have",
    break: bed => patched(bed, VALIDATING, [add("/webhooks/0/clientConfig/service/port", 444)]),
    code: "GMSA103",
    effect: "unanswered",
    names: ["clientConfig.service.port 444", "kubectl edit validatingwebhookconfiguration"],
  },
  {
    what: "the validating webhook has an objectSelector",
    break: bed => patched(bed, VALIDATING, [add("/webhooks/0/objectSelector", SELECTOR)]),
    code: "GMSA103",
    effect: "unchecked",
    names: ["ValidatingWebhookConfiguration/pepr-gmsa", "objectSelector.matchLabels", APPLY],
  },
  {
    what: "the validating webhook excludes a namespace",
    break: bed =>
      patched(bed, VALIDATING, [
        add("/webhooks/0/namespaceSelector/matchExpressions/-", {
          ...{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["default"] },
        }),
      ]),
    code: "GMSA109",
    names: ["namespace default", APPLY],
  },
  {
    what: "the policy's variables are in another order",
    break: async (bed: Bed): Promise<Restore> => {
      const { stdout } = await bed.kubectl(["get", ...POLICY, "-o", "json"]);
      const { spec } = JSON.parse(stdout) as { spec: { variables: object[] } };
      return patched(bed, POLICY, [add("/spec/variables", spec.variables.toReversed())]);
    },
    code: "GMSA106",
    names: ["variables", '["oldSettings","settings"]', APPLY],
  },
  {
    what: "the policy covers only some namespaces",
    break: bed => patched(bed, POLICY, [add("/spec/matchConstraints/namespaceSelector", SELECTOR)]),
    code: "GMSA106",
    names: ["matchConstraints.namespaceSelector.matchLabels", APPLY],
  },
  {
    what: "the policy excludes resources",
    break: bed =>
      patched(bed, POLICY, [
        add("/spec/matchConstraints/excludeResourceRules", [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        ]),
      ]),
    code: "GMSA106",
    names: ["spec.matchConstraints.excludeResourceRules", APPLY],
  },
  {
    what: "the policy's binding covers only some objects",
    break: bed => patched(bed, BINDING, [add("/spec/matchResources/objectSelector", SELECTOR)]),
    code: "GMSA106",
    names: ["spec.matchResources.objectSelector.matchLabels", APPLY],
  },
  {
    what: "the policy is deleted",
    break: bed => deleted(bed, POLICY),
    code: "GMSA106",
    names: ["ValidatingAdmissionPolicy/gmsa-excluded-namespaces", APPLY],
  },
  {
    what: "the policy's binding is deleted",
    break: bed => deleted(bed, BINDING),
    code: "GMSA106",
    names: ["ValidatingAdmissionPolicyBinding/gmsa-excluded-namespaces", APPLY],
  },
  {
    what: "the Service is deleted",
    break: bed => deleted(bed, ["service", "pepr-gmsa", ...OURS]),
    code: "GMSA112",
    effect: "unanswered",
    names: ["Service pepr-system/pepr-gmsa", APPLY],
  },
  {
    what: "the Secret with the certificate is deleted",
    break: bed => deleted(bed, ["secret", "pepr-gmsa-tls", ...OURS]),
    code: "GMSA107",
    names: ["Secret/pepr-gmsa-tls", APPLY],
  },
  {
    what: "another CA is trusted",
    break: async (bed: Bed): Promise<Restore> => {
      const value = Buffer.from((await ownPki()).ca).toString("base64");
      return patched(bed, VALIDATING, [add("/webhooks/0/clientConfig/caBundle", value)]);
    },
    code: "GMSA113",
    names: [
      "ValidatingWebhookConfiguration/pepr-gmsa",
      "kubectl -n pepr-system logs deployment/pepr-gmsa-certificates",
    ],
  },
  {
    what: "a quota does not admit further Pods",
    break: async (bed: Bed): Promise<Restore> => {
      const hard = { pods: "1" };
      const quota = { apiVersion: "v1", kind: "ResourceQuota", spec: { hard } };
      const metadata = { name: "tight", namespace: "pepr-system" };
      const restore = await created(bed, [{ ...quota, metadata }]);
      await scale(bed, 3);
      return async () => {
        await restore();
        await scale(bed, 2);
        await ready(bed);
      };
    },
    code: "GMSA111",
    names: [
      "Deployment/pepr-gmsa",
      "FailedCreate",
      "exceeded quota: tight",
      "kubectl -n pepr-system get events",
    ],
  },
  ...BROKEN_BY_OTHERS,
  {
    what: "an image cannot be pulled",
    break: async (bed: Bed): Promise<Restore> => {
      const args = ["get", "pods", ...OURS, "-l", "app=pepr-gmsa", "-o", "name"];
      const pod = (await bed.kubectl(args)).stdout.split("\n")[0] ?? "";
      const waiting = { reason: "ImagePullBackOff", message: "Back-off pulling image" };
      const status = { name: "server", ready: false, restartCount: 0, image: "", imageID: "" };
      await podStatus(bed, pod, [{ ...status, state: { waiting } }]);
      return async () => {
        await podStatus(bed, pod, null);
        await ready(bed);
      };
    },
    code: "GMSA111",
    names: ["Pod/pepr-gmsa-", "pepr-system", "ImagePullBackOff", "/controller:"],
  },
  {
    what: "the Deployment is scaled to zero",
    break: async (bed: Bed): Promise<Restore> => {
      await scale(bed, 0);
      return async () => {
        await scale(bed, 2);
        await ready(bed);
      };
    },
    code: "GMSA110",
    effect: "unanswered",
    names: [
      "Deployment/pepr-gmsa",
      "kubectl -n pepr-system scale deployment/pepr-gmsa --replicas=2",
    ],
  },
  {
    what: "the webhook's ServiceAccount is deleted",
    break: bed => deleted(bed, ["serviceaccount", "pepr-gmsa", ...OURS]),
    code: "GMSA107",
    effect: "refused",
    names: ["ServiceAccount/pepr-gmsa", APPLY],
  },
  {
    what: "the CRD of the store is deleted",
    break: bed => deleted(bed, ["crd", "peprstores.pepr.dev"]),
    code: "GMSA107",
    names: ["CustomResourceDefinition/peprstores.pepr.dev", APPLY],
  },
  {
    what: "the CRD of credential specs is deleted",
    break: deletedCredspecs,
    code: "GMSA101",
    effect: "refused",
    names: ["gmsacredentialspecs.windows.k8s.io", "v1", "v1alpha1", APPLY],
  },
];
