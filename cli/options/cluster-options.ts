import type { KubeConfig } from "@kubernetes/client-node";
import { Command } from "commander";

import { KubeconfigError, NAME_ONE } from "../../kube/kubeconfig-file";
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
const NO_KUBECONFIG = { context: "loaded-context", server: "http://localhost:8080" };

const CHOOSE = "Choose one with --context: kubectl config get-contexts lists them.";

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
    if (!(error instanceof KubeconfigError)) throw error;
    throw new Failure(error.message, error.remedy, EXIT.usage);
  }
  refuseWithoutServer(kubeConfig);
  return kubeConfig;
}

/** Of the current context, which is the one that is asked. */
function refuseWithoutServer(kubeConfig: KubeConfig): void {
  // Undefined where the file does not say it, whatever the type says.
  const name = (kubeConfig.getCurrentContext() as string | undefined) ?? "";
  if (name === "") {
    throw new Failure("the kubeconfig has no current context", CHOOSE, EXIT.usage);
  }
  const context = kubeConfig.getContextObject(name);
  if (context === null) {
    const problem = `the current context of the kubeconfig is "${name}", which it does not have`;
    throw new Failure(problem, CHOOSE, EXIT.usage);
  }
  const cluster = kubeConfig.getCluster(context.cluster);
  if (cluster === null) {
    const problem = `context "${name}" names cluster "${context.cluster}", of which the kubeconfig has no server`;
    throw new Failure(problem, CHOOSE, EXIT.usage);
  }
  if (name === NO_KUBECONFIG.context && cluster.server === NO_KUBECONFIG.server) {
    throw new Failure("there is no kubeconfig", NAME_ONE, EXIT.usage);
  }
  if (!/^https?:\/\//.test(cluster.server) || !URL.canParse(cluster.server)) {
    const problem = `cluster "${cluster.name}" of the kubeconfig has the server "${cluster.server}", which is not a URL`;
    throw new Failure(problem, "It has to be one such as https://HOST:6443.", EXIT.usage);
  }
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
