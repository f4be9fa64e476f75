/** Third-party objects that affect an installation, some of which refuse only its next Pods. */
import type { Bed } from "../../testbed/bed/bed";
import { created, type BrokenInstallation, type Restore } from "./broken";

/** An object of another team in the namespace of the installation. */
function others(kind: "ResourceQuota" | "LimitRange", spec: object): object {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "of-others", namespace: "pepr-system" },
    spec,
  };
}

/** A webhook that must admit the Pods of the installation, but does not exist. */
const WEBHOOK_OF_OTHERS = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "of-others" },
  webhooks: [
    {
      name: "pods.audit.example.com",
      clientConfig: { service: { name: "absent", namespace: "default" } },
      rules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
      ],
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "pepr-system" } },
      ...{ failurePolicy: "Fail", sideEffects: "None", admissionReviewVersions: ["v1"] },
    },
  ],
};

export const BROKEN_BY_OTHERS: readonly BrokenInstallation[] = [
  {
    what: "a quota of others is full",
    break: bed => created(bed, [others("ResourceQuota", { hard: { pods: "1" } })]),
    code: "GMSA118",
    names: ["Deployment/pepr-gmsa: ", "exceeded quota: of-others", "ResourceQuota of-others"],
  },
  {
    what: "a LimitRange of others is too small",
    break: (bed: Bed): Promise<Restore> => {
      const limits = [{ type: "Container", max: { memory: "8Mi" } }];
      return created(bed, [others("LimitRange", { limits })]);
    },
    code: "GMSA118",
    names: ["Deployment/pepr-gmsa-certificates: ", "maximum memory usage", "get limitranges"],
  },
  {
    what: "a webhook of others that refuses Pods cannot be called",
    break: bed => created(bed, [WEBHOOK_OF_OTHERS]),
    code: "GMSA118",
    names: ["pods.audit.example.com", "exempt namespace pepr-system"],
  },
];
