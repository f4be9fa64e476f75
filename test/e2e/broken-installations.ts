/**
 * Ways to break an installation. For each, `gmsa doctor` names the cause and the remedy, and
 * neither it nor `gmsa status` reports success. docs/reference/checks.md lists them in a table.
 */
import type { Bed } from "../../testbed/bed/bed";
import { ownPki } from "../fixtures/own-pki";
import { created, deleted, deletedCredspecs, patched, type Restore } from "./broken";
import { podStatus, ready, scale } from "./broken-pods";

export interface BrokenInstallation {
  what: string;
  break: (bed: Bed) => Promise<Restore>;
  /** Code of the check that reports it. */
  code: string;
  /** Matches doctor's description of the cause. */
  cause: RegExp;
  /** Matches doctor's description of the remedy. */
  cure: RegExp;
}

const OURS = ["-n", "pepr-system"];
const MUTATING = ["mutatingwebhookconfiguration", "pepr-gmsa"];
const VALIDATING = ["validatingwebhookconfiguration", "pepr-gmsa"];
const POLICY = ["validatingadmissionpolicy", "gmsa-excluded-namespaces"];
const BINDING = ["validatingadmissionpolicybinding", "gmsa-excluded-namespaces"];
const APPLY = /kubectl apply -k \./;
const SELECTOR = { matchLabels: { guarded: "yes" } };

function add(path: string, value: unknown): object {
  return { op: "add", path, value };
}

export const BROKEN_INSTALLATIONS: readonly BrokenInstallation[] = [
  {
    what: "the ClusterRoleBinding of the webhook is deleted",
    break: bed => deleted(bed, ["clusterrolebinding", "pepr-gmsa"]),
    code: "GMSA108",
    cause: /may not get gmsacredentialspecs\.windows\.k8s\.io: GMSA Pods are refused/,
    cure: /ClusterRole\/pepr-gmsa and ClusterRoleBinding\/pepr-gmsa grant it/,
  },
  {
    what: "a rule of the webhook's ClusterRole is deleted",
    break: bed => patched(bed, ["clusterrole", "pepr-gmsa"], [{ op: "remove", path: "/rules/1" }]),
    code: "GMSA108",
    cause: /may not create subjectaccessreviews\.authorization\.k8s\.io: GMSA Pods are refused/,
    cure: APPLY,
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
    cause: /ClusterRole\/pepr-gmsa has rules \{.*"secrets".*\}, which is not shipped/,
    cure: APPLY,
  },
  {
    what: "the Secret with the module is deleted",
    break: async (bed: Bed): Promise<Restore> => {
      const { stdout } = await bed.kubectl(["get", "secrets", ...OURS, "-o", "name"]);
      const name = /secret\/(pepr-gmsa-module-\w+)/.exec(stdout)?.[1] ?? "";
      return deleted(bed, ["secret", name, ...OURS]);
    },
    code: "GMSA107",
    cause: /Secret\/pepr-gmsa-module-\w+ is missing: new replicas cannot start/,
    cure: APPLY,
  },
  {
    what: "the RoleBinding of the store is deleted",
    break: bed => deleted(bed, ["rolebinding", "pepr-gmsa-store", ...OURS]),
    code: "GMSA107",
    cause: /RoleBinding\/pepr-gmsa-store is missing: new replicas do not become ready/,
    cure: APPLY,
  },
  {
    what: "a NetworkPolicy is deleted",
    break: bed => deleted(bed, ["networkpolicy", "gmsa-webhook", ...OURS]),
    code: "GMSA107",
    cause: /NetworkPolicy\/gmsa-webhook is missing: the allowed connections/,
    cure: APPLY,
  },
  {
    what: "a NetworkPolicy allows all connections",
    break: bed =>
      patched(bed, ["networkpolicy", "gmsa-api-server", ...OURS], [add("/spec/ingress", [{}])]),
    code: "GMSA107",
    cause: /NetworkPolicy\/gmsa-api-server has spec\.ingress \[\{\}\], which is not shipped/,
    cure: APPLY,
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
    cause: /ValidatingWebhookConfiguration\/pepr-gmsa is missing: GMSA Pods are admitted unchecked/,
    cure: APPLY,
  },
  {
    what: "the MutatingWebhookConfiguration is deleted",
    break: bed => deleted(bed, MUTATING),
    code: "GMSA103",
    cause: /MutatingWebhookConfiguration\/pepr-gmsa is missing: contents are not filled in/,
    cure: APPLY,
  },
  {
    what: "failures of the validating webhook are ignored",
    break: bed => patched(bed, VALIDATING, [add("/webhooks/0/failurePolicy", "Ignore")]),
    code: "GMSA103",
    cause: /failurePolicy Ignore, not Fail: GMSA Pods are admitted unchecked while no replica/,
    cure: APPLY,
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
    cause: /has webhooks\[other\.example\.com\] .*which is not shipped: another service is asked/,
    cure: APPLY,
  },
  {
    what: "the validating webhook has an objectSelector",
    break: bed => patched(bed, VALIDATING, [add("/webhooks/0/objectSelector", SELECTOR)]),
    code: "GMSA103",
    cause: /objectSelector\.matchLabels .*: Pods can opt out with a label/,
    cure: APPLY,
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
    cause: /GMSA Pods are admitted unchecked in namespace default/,
    cure: APPLY,
  },
  {
    what: "the policy's variables are in another order",
    break: async (bed: Bed): Promise<Restore> => {
      const { stdout } = await bed.kubectl(["get", ...POLICY, "-o", "json"]);
      const { spec } = JSON.parse(stdout) as { spec: { variables: object[] } };
      return patched(bed, POLICY, [add("/spec/variables", spec.variables.toReversed())]);
    },
    code: "GMSA106",
    cause: /variables \(their order\) \["oldSettings","settings"\], not/,
    cure: APPLY,
  },
  {
    what: "the policy covers only some namespaces",
    break: bed => patched(bed, POLICY, [add("/spec/matchConstraints/namespaceSelector", SELECTOR)]),
    code: "GMSA106",
    cause:
      /matchConstraints\.namespaceSelector\.matchLabels .*admitted unchecked where the webhook/,
    cure: APPLY,
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
    cause: /has spec\.matchConstraints\.excludeResourceRules .*which is not shipped/,
    cure: APPLY,
  },
  {
    what: "the policy's binding covers only some objects",
    break: bed => patched(bed, BINDING, [add("/spec/matchResources/objectSelector", SELECTOR)]),
    code: "GMSA106",
    cause: /has spec\.matchResources\.objectSelector\.matchLabels .*which is not shipped/,
    cure: APPLY,
  },
  {
    what: "the policy is deleted",
    break: bed => deleted(bed, POLICY),
    code: "GMSA106",
    cause: /ValidatingAdmissionPolicy\/gmsa-excluded-namespaces is missing/,
    cure: APPLY,
  },
  {
    what: "the policy's binding is deleted",
    break: bed => deleted(bed, BINDING),
    code: "GMSA106",
    cause: /ValidatingAdmissionPolicyBinding\/gmsa-excluded-namespaces is missing/,
    cure: APPLY,
  },
  {
    what: "the Service is deleted",
    break: bed => deleted(bed, ["service", "pepr-gmsa", ...OURS]),
    code: "GMSA112",
    cause: /Service pepr-system\/pepr-gmsa is missing: the API server cannot call the webhook/,
    cure: APPLY,
  },
  {
    what: "the Secret with the certificate is deleted",
    break: bed => deleted(bed, ["secret", "pepr-gmsa-tls", ...OURS]),
    code: "GMSA107",
    cause: /Secret\/pepr-gmsa-tls is missing: replicas cannot start without it/,
    cure: APPLY,
  },
  {
    what: "another CA is trusted",
    break: async (bed: Bed): Promise<Restore> => {
      const value = Buffer.from((await ownPki()).ca).toString("base64");
      return patched(bed, VALIDATING, [add("/webhooks/0/clientConfig/caBundle", value)]);
    },
    code: "GMSA113",
    cause: /ValidatingWebhookConfiguration\/pepr-gmsa does not trust the certificate/,
    cure: /kubectl -n pepr-system logs deployment\/pepr-gmsa-certificates/,
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
    cause:
      /Deployment\/pepr-gmsa: its Pods cannot be created: FailedCreate \(.*exceeded quota: tight/,
    cure: /kubectl -n pepr-system get events/,
  },
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
    cause:
      /Pod\/pepr-gmsa-\S+ in pepr-system does not run: ImagePullBackOff of image \S+\/controller:/,
    cure: /Use an image that the nodes can pull/,
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
    cause: /Deployment\/pepr-gmsa is scaled to zero: GMSA Pods are refused/,
    cure: /kubectl -n pepr-system scale deployment\/pepr-gmsa --replicas=2/,
  },
  {
    what: "the webhook's ServiceAccount is deleted",
    break: bed => deleted(bed, ["serviceaccount", "pepr-gmsa", ...OURS]),
    code: "GMSA107",
    cause: /ServiceAccount\/pepr-gmsa is missing: the token of its Pods becomes invalid/,
    cure: APPLY,
  },
  {
    what: "the CRD of the store is deleted",
    break: bed => deleted(bed, ["crd", "peprstores.pepr.dev"]),
    code: "GMSA107",
    cause: /CustomResourceDefinition\/peprstores\.pepr\.dev is missing: no replica becomes ready/,
    cure: APPLY,
  },
  {
    what: "the CRD of credential specs is deleted",
    break: deletedCredspecs,
    code: "GMSA101",
    cause: /gmsacredentialspecs\.windows\.k8s\.io is not served as v1 and v1alpha1/,
    cure: APPLY,
  },
];
