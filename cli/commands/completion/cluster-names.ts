/** Completes names from the cluster and from the kubeconfig. */
import { CoreV1Api, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";

import { loadKubeConfig } from "../../../kube/client";
import { CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import { kubeConfigOptions, type ClusterOptions } from "../../options/cluster-options";
import type { NameKind, Names } from "./protocol";

/** The user is waiting at the prompt. */
const DEADLINE_MS = 2000;
const MOST = 500;

/** @param where the given namespace, and the part of the name that is already typed. */
type Reader = (
  kubeConfig: KubeConfig,
  where: { namespace: string; current: string },
) => Promise<string[]>;

const READERS: Readonly<Record<NameKind, Reader>> = {
  clusters: kubeConfig => Promise.resolve(kubeConfig.getClusters().map(({ name }) => name)),
  contexts: kubeConfig => Promise.resolve(kubeConfig.getContexts().map(({ name }) => name)),
  users: kubeConfig => Promise.resolve(kubeConfig.getUsers().map(({ name }) => name)),
  credspecs: async kubeConfig => {
    const objects = kubeConfig.makeApiClient(CustomObjectsApi);
    const list: unknown = await objects.listClusterCustomObject({
      ...CREDSPEC_RESOURCE,
      limit: MOST,
    });
    return namesIn(list);
  },
  namespaces: async kubeConfig =>
    namesIn(await kubeConfig.makeApiClient(CoreV1Api).listNamespace({ limit: MOST })),
  pods: async (kubeConfig, { namespace }) =>
    namesIn(
      await kubeConfig.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, limit: MOST }),
    ),
  "service accounts": async (kubeConfig, { current }) => {
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const [namespace = "", name] = current.split("/");
    const { items } = await (name === undefined
      ? core.listServiceAccountForAllNamespaces({ limit: MOST })
      : core.listNamespacedServiceAccount({ namespace, limit: MOST }));
    return items.map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`);
  },
};

/** Returns no names after an error, because a completion cannot show one. */
export const clusterNames: Names = async (what, { given, current }) => {
  try {
    const kubeConfig = loadKubeConfig(
      OF_KUBECONFIG.includes(what)
        ? { file: lastOf(given, "--kubeconfig") }
        : kubeConfigOptions(optionsIn(given)),
    );
    const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
    const namespace = lastOf(given, "--namespace") ?? context?.namespace ?? "default";
    return await READERS[what](kubeConfig, { namespace, current });
  } catch {
    return [];
  }
};

/** Names that come from the kubeconfig alone. */
const OF_KUBECONFIG: readonly NameKind[] = ["clusters", "contexts", "users"];

type Given = Parameters<Names>[1]["given"];

/** The cluster and user that the command line names so far. */
function optionsIn(given: Given): ClusterOptions {
  return {
    kubeconfig: lastOf(given, "--kubeconfig"),
    context: lastOf(given, "--context"),
    cluster: lastOf(given, "--cluster"),
    user: lastOf(given, "--user"),
    server: lastOf(given, "--server"),
    certificateAuthority: lastOf(given, "--certificate-authority"),
    insecureSkipTlsVerify: given.has("--insecure-skip-tls-verify") ? true : undefined,
    token: lastOf(given, "--token"),
    as: lastOf(given, "--as"),
    asGroup: given.get("--as-group")?.flatMap(groups => groups.split(",")),
    requestTimeout: DEADLINE_MS,
  };
}

function lastOf(given: Given, option: string): string | undefined {
  return given.get(option)?.at(-1);
}

function namesIn(list: unknown): string[] {
  const { items } = list as { items: { metadata?: { name?: string } }[] };
  return items.map(({ metadata }) => metadata?.name ?? "").filter(name => name !== "");
}
