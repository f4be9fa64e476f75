/** Creates Pods as dry runs, and reads facts that may explain the answers. */
import type { KubeConfig } from "@kubernetes/client-node";

import { tryPod } from "../../kube/try-pod";
import { portOfReplica } from "../../kube/webhook-port";
import { judge } from "../../rules/canary/judge";
import { probesToRefuse, type Probe } from "../../rules/canary/probe";
import type { Lookup } from "../api/calls";
import type { CanaryState, Collectors } from "./state";

type Evidence = Pick<Collectors, "validating" | "namespaces" | "controller">;

/** The Pods that must be refused, in a namespace where the user can probably create Pods. */
export function refusedPods(kubeConfig: KubeConfig, namespace: string | undefined): Probe[] {
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return probesToRefuse({ namespace: namespace ?? context?.namespace ?? "default" });
}

/** Tries each Pod. A failure is a verdict, not an error. */
export async function readCanary(
  kubeConfig: KubeConfig,
  collectors: Evidence,
  probes: readonly Probe[],
): Promise<CanaryState> {
  const [tried, validating, namespaces, controller] = await Promise.all([
    Promise.all(
      probes.map(async probe => ({
        probe,
        verdict: judge(probe, await tryPod(kubeConfig, probe)),
      })),
    ),
    collectors.validating(),
    collectors.namespaces(),
    collectors.controller(),
  ]);
  const deployment = valueOf(controller);
  return {
    probes: tried,
    validating: valueOf(validating),
    namespaces: valueOf(namespaces),
    readyReplicas: deployment && (deployment.status?.readyReplicas ?? 0),
    ...(deployment === undefined ? {} : { port: portOfReplica(deployment.spec?.template.spec) }),
  };
}

function valueOf<Value>(lookup: Lookup<Value>): Value | undefined {
  return lookup.known ? lookup.value : undefined;
}
