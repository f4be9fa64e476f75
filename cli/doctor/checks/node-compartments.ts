import { pass, skip, warn } from "../check";
import { COMPARTMENT_ANNOTATION, nameOf } from "../../facts/windows-node";
import { windowsNodesCheck } from "./windows-nodes";

/**
 * Containers reach SMB shares by name.
 *
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/#containerd
 */
export const nodeCompartments = windowsNodesCheck(
  {
    name: "node-compartments",
    title: "the registry of Windows nodes lets containers reach SMB shares by name",
  },
  node => {
    const value = node.metadata?.annotations?.[COMPARTMENT_ANNOTATION];
    switch (value) {
      case "enabled":
        return pass(`${nameOf(node)} has EnableCompartmentNamespace set`);
      case "disabled":
        return warn(
          `${nameOf(node)} has EnableCompartmentNamespace not set: containers cannot reach SMB shares by host name`,
          "Set it with the DaemonSet of deploy/windows (docs/windows.md); only Pods made after that profit.",
        );
      case undefined:
        return skip(
          `${nameOf(node)} does not report EnableCompartmentNamespace`,
          "docs/windows.md says how to look, and the DaemonSet of deploy/windows sets it.",
        );
      default:
        return warn(
          `${nameOf(node)} has the annotation ${COMPARTMENT_ANNOTATION}=${value}, which is neither enabled nor disabled`,
          "Set it to enabled or disabled, as docs/windows.md says, or take it away.",
        );
    }
  },
);
