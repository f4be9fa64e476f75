/** The Pods that the benchmark creates, and the objects that they need in the cluster. */
import type { V1Pod } from "@kubernetes/client-node";

/** Namespace of the Pods. */
export const NAMESPACE = "gmsa-bench";
const ACCOUNT = "gmsa-bench";
const CREDSPECS = ["gmsa-bench-1", "gmsa-bench-2", "gmsa-bench-3"] as const;

/** Path of the API server at which they are created as a dry run. */
export const DRY_RUN_PATH = `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`;

/** The Pods that are compared. */
export const CASES = ["plain", "one reference", "three references"] as const;
export type Case = (typeof CASES)[number];

/**
 * The Pod of each case, as a Deployment's controller would send it. All have the same three
 * containers, so only the references differ.
 */
export const PODS: Record<Case, V1Pod> = {
  plain: podWith([undefined, undefined, undefined]),
  "one reference": podWith([CREDSPECS[0], undefined, undefined]),
  "three references": podWith(CREDSPECS),
};

/** Its service account has no grant: only the module refuses it. */
export const REFUSED_POD: V1Pod = podWith([CREDSPECS[0]], "default");

/** A Pod with one container per entry, which names that credential spec or none. */
export function podWith(
  credspecs: readonly (string | undefined)[],
  account: string = ACCOUNT,
): V1Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { generateName: "web-", labels: { app: "web" } },
    spec: {
      serviceAccountName: account,
      os: { name: "windows" },
      nodeSelector: { "kubernetes.io/os": "windows" },
      containers: credspecs.map((gmsaCredentialSpecName, index) => ({
        name: `web-${index + 1}`,
        image: "mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022",
        ports: [{ containerPort: 8080 + index }],
        env: [{ name: "LOG_LEVEL", value: "info" }],
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } },
        ...(gmsaCredentialSpecName !== undefined && {
          securityContext: { windowsOptions: { gmsaCredentialSpecName } },
        }),
      })),
    },
  };
}

/** A GMSACredentialSpec, for the API server. */
export interface CredspecObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  /** Keys are in canonical JSON order, so JSON.stringify writes what Pods get. */
  credspec: object;
}

/**
 * A credential spec as `New-CredentialSpec` writes it.
 *
 * @param sid of the domain.
 */
export function credspec(
  name: string,
  sid = "S-1-5-21-1957390241-3086214477-2670915583",
): CredspecObject {
  return {
    apiVersion: "windows.k8s.io/v1",
    kind: "GMSACredentialSpec",
    metadata: { name },
    credspec: {
      ActiveDirectoryConfig: {
        GroupManagedServiceAccounts: [
          { Name: name, Scope: "contoso.com" },
          { Name: name, Scope: "CONTOSO" },
        ],
      },
      CmsPlugins: ["ActiveDirectory"],
      DomainJoinConfig: {
        DnsName: "contoso.com",
        DnsTreeName: "contoso.com",
        Guid: "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13",
        MachineAccountName: name,
        NetBiosName: "CONTOSO",
        Sid: sid,
      },
    },
  };
}

/** What the limit needs to answer without API calls: see admission/limit/main.go. */
export function limitKnowledge(): { account: string; contents: Record<string, string> } {
  const contents = CREDSPECS.map(name => [name, JSON.stringify(credspec(name).credspec)]);
  return { account: ACCOUNT, contents: Object.fromEntries(contents) as Record<string, string> };
}

/** Credential specs, the service account and its grants, for `kubectl apply`. */
export function clusterObjects(): object {
  const rbac = "rbac.authorization.k8s.io";
  const metadata = { name: ACCOUNT, namespace: NAMESPACE };
  const rules = [
    {
      apiGroups: ["windows.k8s.io"],
      resources: ["gmsacredentialspecs"],
      resourceNames: CREDSPECS,
      verbs: ["use"],
    },
  ];
  const items = [
    ...CREDSPECS.map(name => credspec(name)),
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name: ACCOUNT }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: ACCOUNT },
      subjects: [{ kind: "ServiceAccount", ...metadata }],
    },
  ];
  return { apiVersion: "v1", kind: "List", items };
}
