import type { V1Node } from "@kubernetes/client-node";

import { COMPARTMENT_ANNOTATION, nameOf } from "../../inspect/windows-node";
import { pass, skip, warn, type Observed } from "../report/check";
import { reportingNodesCheck, type SelfReport } from "./windows-nodes";

const HOW =
  "The DaemonSet of deploy/windows/node-report reports it, and that of deploy/windows/compartment-namespace sets it (`gmsa explain windows`).";

/**
 * Checks that containers reach SMB shares by name.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#containerd
 */
export const nodeCompartments = reportingNodesCheck(
  {
    name: "node-compartments",
    title: "the registry of Windows nodes lets containers reach SMB shares by name",
  },
  (node, self) => {
    // The node's current report takes precedence over an annotation that somebody wrote earlier.
    const value =
      self.report?.compartmentNamespace ?? node.metadata?.annotations?.[COMPARTMENT_ANNOTATION];
    switch (value) {
      case "enabled":
        return pass(`${nameOf(node)} has EnableCompartmentNamespace set`);
      case "disabled":
        return warn(
          `${nameOf(node)} does not have EnableCompartmentNamespace set: containers cannot reach SMB shares by host name`,
          "Set it with the DaemonSet of deploy/windows/compartment-namespace (`gmsa explain windows`); only Pods created afterwards benefit.",
        );
      case undefined:
        return notTold(node, self);
      default:
        return warn(
          `${nameOf(node)} has the annotation ${COMPARTMENT_ANNOTATION}=${value}, which is neither enabled nor disabled`,
          "Set it to enabled or disabled, or remove it (`gmsa explain windows`).",
        );
    }
  },
);

function notTold(node: V1Node, { silence }: SelfReport): Observed {
  return silence === undefined
    ? skip(`${nameOf(node)} does not report EnableCompartmentNamespace`, HOW)
    : {
        level: "unknown",
        message: `EnableCompartmentNamespace of ${nameOf(node)}: ${silence}`,
        remedy: HOW,
      };
}
