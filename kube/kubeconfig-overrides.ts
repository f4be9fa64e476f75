/** Options that override the kubeconfig, as in kubectl. */
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";

import { missing } from "./kubeconfig-file";

/** The identity to impersonate, which requires the verb `impersonate`. */
export interface Impersonation {
  user: string;
  groups: readonly string[];
}

/** Each field overrides that of the context. Omitted fields are unchanged. */
export interface KubeConfigOverrides {
  /** The name of a cluster in the kubeconfig. */
  cluster?: string;
  /** The name of a user in the kubeconfig. */
  user?: string;
  server?: string;
  /** A PEM file with the CA of the server's certificate. */
  certificateAuthority?: string;
  /** Whether to skip verification of the server's certificate. */
  insecureSkipTlsVerify?: boolean;
  /** A bearer token, instead of the user's other credentials. */
  token?: string;
  impersonation?: Impersonation;
}

/** The name of a context that is built from options only. */
const NAME = "options";
const UNNAMED_CLUSTER: Cluster = { name: NAME, server: "", skipTLSVerify: false };

/**
 * Changes the current context of the kubeconfig, in memory.
 *
 * @throws KubeconfigError if it does not have this cluster or user.
 */
export function override(kubeConfig: KubeConfig, overrides: KubeConfigOverrides): void {
  if (Object.values(overrides).every(value => value === undefined)) return;
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext()) ?? {
    name: NAME,
    cluster: "",
    user: "",
  };
  const cluster = clusterFor(kubeConfig, context.cluster, overrides);
  const user = userFor(kubeConfig, context.user, overrides);
  kubeConfig.clusters = replaced(kubeConfig.clusters, cluster);
  kubeConfig.users = replaced(kubeConfig.users, user);
  const changed = { ...context, cluster: cluster?.name ?? "", user: user.name };
  kubeConfig.contexts = replaced(kubeConfig.contexts, changed);
  kubeConfig.setCurrentContext(changed.name);
}

function clusterFor(
  kubeConfig: KubeConfig,
  ofContext: string,
  overrides: KubeConfigOverrides,
): Cluster | undefined {
  const { cluster: name, server, insecureSkipTlsVerify: skipTLSVerify } = overrides;
  const found = kubeConfig.getCluster(name ?? ofContext) ?? undefined;
  if (name !== undefined && found === undefined) {
    throw missing("cluster", name, kubeConfig.getClusters());
  }
  const { caFile, caData, tlsServerName, ...cluster } = found ?? UNNAMED_CLUSTER;
  // Without a cluster, no call is possible. The caller that loads the kubeconfig reports that.
  if (found === undefined && server === undefined) return undefined;
  return {
    ...cluster,
    ...authorityFor({ caFile, caData }, overrides),
    ...(skipTLSVerify === undefined ? {} : { skipTLSVerify }),
    // The TLS name in the kubeconfig was for the other server.
    ...(server === undefined ? { tlsServerName } : { server }),
  };
}

function authorityFor(
  found: Pick<Cluster, "caFile" | "caData">,
  { certificateAuthority, insecureSkipTlsVerify }: KubeConfigOverrides,
): Pick<Cluster, "caFile" | "caData"> {
  if (certificateAuthority !== undefined) return { caFile: certificateAuthority };
  return insecureSkipTlsVerify === true ? {} : found;
}

function userFor(
  kubeConfig: KubeConfig,
  ofContext: string,
  { user: name, token, impersonation }: KubeConfigOverrides,
): User {
  const found = kubeConfig.getUser(name ?? ofContext);
  if (name !== undefined && found === null) throw missing("user", name, kubeConfig.getUsers());
  const user = found ?? { name: NAME };
  return {
    // If there were a client certificate too, it would take precedence over the token.
    ...(token === undefined
      ? user
      : { name: user.name, impersonateUser: user.impersonateUser, token }),
    ...(impersonation === undefined ? {} : { impersonateUser: impersonation.user }),
  };
}

function replaced<Item extends { name: string }>(items: Item[], item: Item | undefined): Item[] {
  return item === undefined ? items : [...items.filter(({ name }) => name !== item.name), item];
}
