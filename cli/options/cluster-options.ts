import type { KubeConfig } from "@kubernetes/client-node";
import { Command } from "commander";

import { Failure, EXIT } from "../terminal/failure";

/** Milliseconds for one call; a user's cluster may be far away. */
const CALL_DEADLINE_MS = 30_000;

interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
}

/** Adds the options by which every command finds its cluster, as kubectl has them. */
export function addClusterOptions(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "kubeconfig to use (default: $KUBECONFIG, ~/.kube/config)")
    .option("--context <name>", "context of the kubeconfig to use (default: its current one)");
}

/** What @kubernetes/client-node takes where there is no kubeconfig at all. */
const NO_CLUSTER = "http://localhost:8080";

/**
 * The cluster that the options of a command name.
 *
 * @throws Failure if there is no such file or context, or none at all.
 */
export async function kubeConfigOf(command: Command): Promise<KubeConfig> {
  const { kubeconfig: file, context } = command.optsWithGlobals<ClusterOptions>();
  const { loadKubeConfig } = await import("../../kube/client");
  let kubeConfig: KubeConfig;
  try {
    kubeConfig = loadKubeConfig({ file, context, deadlineMs: CALL_DEADLINE_MS });
  } catch (error) {
    throw new Failure((error as Error).message, "", EXIT.usage);
  }
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) {
    throw new Failure(
      "the kubeconfig has no current context, or none with a cluster",
      "Choose one with --context: kubectl config get-contexts lists them.",
      EXIT.usage,
    );
  }
  if (file === undefined && cluster.server === NO_CLUSTER) {
    throw new Failure(
      "there is no kubeconfig",
      "Name one with --kubeconfig or $KUBECONFIG, or put it at ~/.kube/config.",
      EXIT.usage,
    );
  }
  return kubeConfig;
}

export interface NamespaceOptions {
  namespace?: string;
  allNamespaces?: boolean;
}

/** Adds `-n` and `-A`, as kubectl has them. */
export function addNamespaceOptions(command: Command): Command {
  return command
    .option("-n, --namespace <name>", "namespace to look at (default: that of the context)")
    .option("-A, --all-namespaces", "look at all namespaces");
}

/** The namespace that is asked for; undefined for all. */
export function namespaceOf(
  { namespace, allNamespaces }: NamespaceOptions,
  kubeConfig: KubeConfig,
): string | undefined {
  if (allNamespaces === true) return undefined;
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return namespace ?? context?.namespace ?? "default";
}
