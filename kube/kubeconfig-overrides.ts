/** What options put in the place of what the kubeconfig says, as kubectl has them. */
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";

import { missing } from "./kubeconfig-file";

/** For whom the user asks; the API server allows it to those with the verb `impersonate`. */
export interface Impersonation {
  user: string;
  groups: readonly string[];
}

/** Each takes the place of what the context says; what is left out stays. */
export interface KubeConfigOverrides {
  /** Name of a cluster of the kubeconfig. */
  cluster?: string;
  /** Name of a user of the kubeconfig. */
  user?: string;
  /** URL of the API server. */
  server?: string;
  /** PEM file of the authority that signed the server's certificate. */
  certificateAuthority?: string;
  /** Whether the server's certificate is not looked at. */
  insecureSkipTlsVerify?: boolean;
  /** A bearer token, instead of all else by which the user logs on. */
  token?: string;
  impersonation?: Impersonation;
}

/** Of a context that only options make. */
const NAME = "options";
const UNNAMED_CLUSTER: Cluster = { name: NAME, server: "", skipTLSVerify: false };

/**
 * Changes the current context of the kubeconfig, in memory.
 *
 * @throws KubeconfigError if it has no such cluster or user.
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
  // Without any, there is nothing to be asked: that is told by who loads the kubeconfig.
  if (found === undefined && server === undefined) return undefined;
  return {
    ...cluster,
    ...authorityFor({ caFile, caData }, overrides),
    ...(skipTLSVerify === undefined ? {} : { skipTLSVerify }),
    // The other name was that of another server.
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
    // A certificate beside the token would win, and be asked for the name in vain.
    ...(token === undefined
      ? user
      : { name: user.name, impersonateUser: user.impersonateUser, token }),
    ...(impersonation === undefined ? {} : { impersonateUser: impersonation.user }),
  };
}

function replaced<Item extends { name: string }>(items: Item[], item: Item | undefined): Item[] {
  return item === undefined ? items : [...items.filter(({ name }) => name !== item.name), item];
}
