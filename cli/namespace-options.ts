import type { KubeConfig } from "@kubernetes/client-node";
import { Command } from "commander";

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
  if (allNamespaces === true) {
    return undefined;
  }
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return namespace ?? context?.namespace ?? "default";
}
