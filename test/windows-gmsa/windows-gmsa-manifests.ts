/**
 * Manifests like those with which kubernetes-sigs/windows-gmsa is installed: by its script
 * deploy-gmsa-webhook.sh, or by its Helm chart. The same objects, names, paths and rules.
 */

/** One of the installation methods. */
export interface OldInstallation {
  by: "deploy script" | "Helm chart";
  /** Name of the Deployment, the Service, the webhook configurations and most other objects. */
  name: string;
  namespace: string;
}

/** A pair whose CA the API server trusts for the webhook. */
export interface OldPair {
  /** PEM. */
  ca: string;
  certificate: string;
  key: string;
}

/** Name of the webhook in refusals. */
export const OLD_WEBHOOK = "admission-webhook.windows-gmsa.sigs.k8s.io";

/** The script's own names; its configurations sort before `pepr-gmsa`. */
export const byScript: OldInstallation = {
  by: "deploy script",
  name: "gmsa-webhook",
  namespace: "gmsa-webhook",
};

/** The chart, as a release whose configurations sort after `pepr-gmsa`. */
export const byChart: OldInstallation = {
  by: "Helm chart",
  name: "windows-gmsa",
  namespace: "windows-gmsa",
};

/** The CRD: the same fields in both versions, without documentation, columns and short name. */
export function oldCrd(): object {
  const text = { type: "string" };
  const object = (properties: object): object => ({ type: "object", properties });
  const array = (items: object): object => ({ type: "array", items });
  const schema = {
    openAPIV3Schema: object({
      credspec: {
        description: "GMSA Credential Spec",
        ...object({
          ActiveDirectoryConfig: object({
            GroupManagedServiceAccounts: array(object({ Name: text, Scope: text })),
            HostAccountConfig: object({
              PluginGUID: text,
              PluginInput: text,
              PortableCcgVersion: text,
            }),
          }),
          CmsPlugins: array(text),
          DomainJoinConfig: object({
            DnsName: text,
            DnsTreeName: text,
            Guid: text,
            MachineAccountName: text,
            NetBiosName: text,
            Sid: text,
          }),
        }),
      },
    }),
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: "gmsacredentialspecs.windows.k8s.io",
      annotations: {
        "api-approved.kubernetes.io":
          "https://github.com/kubernetes/enhancements/tree/master/keps/sig-windows/689-windows-gmsa",
      },
    },
    spec: {
      group: "windows.k8s.io",
      scope: "Cluster",
      names: { kind: "GMSACredentialSpec", plural: "gmsacredentialspecs" },
      conversion: { strategy: "None" },
      versions: [
        { name: "v1alpha1", served: true, storage: false, deprecated: true, schema },
        { name: "v1", served: true, storage: true, schema },
      ],
    },
  };
}

/** All objects except the CRD, in the order in which the script applies them. */
export function oldObjects(installation: OldInstallation, pair: OldPair): object[] {
  const { name, namespace } = installation;
  const script = installation.by === "deploy script";
  const labels = script ? undefined : { chart: "gmsa-0.13.0" };
  const own = { name, namespace, labels };
  const role = script ? `${namespace}-${name}-rbac-role` : name;
  const binding = script ? `${namespace}-${name}-binding-to-${role}` : name;
  const rbac = "rbac.authorization.k8s.io";
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: script ? { "gmsa-webhook": "disabled" } : undefined },
    },
    secretOf(installation, pair),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: own },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: { name: role, labels },
      rules: [
        {
          apiGroups: ["windows.k8s.io"],
          resources: ["gmsacredentialspecs"],
          verbs: script ? ["get"] : ["get", "use"],
        },
        {
          apiGroups: ["authorization.k8s.io"],
          resources: ["localsubjectaccessreviews"],
          verbs: ["create"],
        },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: binding, labels },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role },
    },
    deploymentOf(installation, own),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: own,
      spec: { ports: [{ port: 443, targetPort: 443 }], selector: { app: name } },
    },
    webhooksOf(installation, "validate", pair.ca),
    webhooksOf(installation, "mutate", pair.ca),
  ];
}

function secretOf({ by, name, namespace }: OldInstallation, pair: OldPair): object {
  const stringData =
    by === "deploy script"
      ? { tls_private_key: pair.key, tls_certificate: pair.certificate }
      : { "ca.crt": pair.ca, "tls.crt": pair.certificate, "tls.key": pair.key };
  const secretName = by === "deploy script" ? name : "gmsa-server-cert";
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secretName, namespace },
    stringData,
  };
}

function deploymentOf({ by, name }: OldInstallation, metadata: object): object {
  const labels = { app: name };
  const script = by === "deploy script";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: script ? 1 : 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          nodeSelector: { "kubernetes.io/os": "linux" },
          containers: [
            {
              name,
              image: "registry.k8s.io/gmsa-webhook/k8s-gmsa-webhook:v0.13.0",
              ports: [{ containerPort: 443 }],
              readinessProbe: { httpGet: { scheme: "HTTPS", path: "/health", port: 443 } },
              env: [
                { name: "TLS_KEY", value: "/tls/key" },
                { name: "TLS_CRT", value: "/tls/crt" },
              ],
              volumeMounts: [{ name: "tls", mountPath: "/tls", readOnly: true }],
            },
          ],
          volumes: [{ name: "tls", secret: { secretName: script ? name : "gmsa-server-cert" } }],
        },
      },
    },
  };
}

function webhooksOf(
  { by, name, namespace }: OldInstallation,
  does: "mutate" | "validate",
  ca: string,
): object {
  const excluded =
    by === "deploy script"
      ? [{ key: "gmsa-webhook", operator: "NotIn", values: ["disabled"] }]
      : [
          { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [namespace] },
          { key: "windows.k8s.io/disabled", operator: "NotIn", values: ["true"] },
        ];
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: does === "mutate" ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration",
    metadata: { name, labels: by === "deploy script" ? undefined : { chart: "gmsa-0.13.0" } },
    webhooks: [
      {
        name: OLD_WEBHOOK,
        clientConfig: {
          service: { name, namespace, path: `/${does}` },
          caBundle: Buffer.from(ca).toString("base64"),
        },
        rules: [
          {
            operations: does === "mutate" ? ["CREATE"] : ["CREATE", "UPDATE"],
            apiGroups: [""],
            apiVersions: ["*"],
            resources: ["pods"],
          },
        ],
        failurePolicy: "Fail",
        admissionReviewVersions: ["v1", "v1beta1"],
        sideEffects: "None",
        namespaceSelector: { matchExpressions: excluded },
      },
    ],
  };
}
