/** Names that are completed: of the cluster, and of the kubeconfig. */
import { CoreV1Api, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";

import { loadKubeConfig } from "../../../kube/client";
import { CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import type { NameKind, Names } from "./protocol";

/** Somebody waits for it with a finger on the key. */
const DEADLINE_MS = 2000;
const MOST = 500;

/** @param where the namespace that is given, and what is written of the name. */
type Reader = (
  kubeConfig: KubeConfig,
  where: { namespace: string; current: string },
) => Promise<string[]>;

const READERS: Readonly<Record<NameKind, Reader>> = {
  contexts: kubeConfig => Promise.resolve(kubeConfig.getContexts().map(({ name }) => name)),
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

/** What cannot be found out has no names: a completion has no way to say why. */
export const clusterNames: Names = async (what, { given, current }) => {
  try {
    const kubeConfig = loadKubeConfig({
      file: given.get("--kubeconfig"),
      context: what === "contexts" ? undefined : given.get("--context"),
      deadlineMs: DEADLINE_MS,
    });
    const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
    const namespace = given.get("--namespace") ?? context?.namespace ?? "default";
    return await READERS[what](kubeConfig, { namespace, current });
  } catch {
    return [];
  }
};

function namesIn(list: unknown): string[] {
  const { items } = list as { items: { metadata?: { name?: string } }[] };
  return items.map(({ metadata }) => metadata?.name ?? "").filter(name => name !== "");
}
