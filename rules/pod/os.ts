/**
 * Whether a node that runs Windows, or one that does not, can match a requirement on node labels.
 *
 * Source: core/v1 NodeSelectorRequirement; well-known labels,
 * https://kubernetes.io/docs/reference/labels-annotations-taints/; labels of AKS and GKE.
 */

import { isNear } from "../near";

/** The label for the operating system of a node. */
export const OS_LABEL = "kubernetes.io/os";
/** The name of that label until Kubernetes 1.14. Kubelets still set it. */
export const OLD_OS_LABEL = "beta.kubernetes.io/os";

/** The label with the name of a node's host, which is often the name of the node. */
export const HOST_LABEL = "kubernetes.io/hostname";

/** One requirement of a node selector. A label in nodeSelector has the operator `In`. */
export interface NodeRequirement {
  key: string;
  operator: string;
  values: readonly string[];
}

/** Which nodes can match. */
export interface Possible {
  windows: boolean;
  other: boolean;
}

/** Labels whose value names the operating system, with the prefix for Windows. */
const NAMING: Readonly<Record<string, RegExp>> = {
  "kubernetes.azure.com/os-sku": /^windows/i,
  "cloud.google.com/gke-os-distribution": /^windows/i,
};
/** All Windows nodes have this label, and no other nodes do. */
const BUILD_LABEL = "node.kubernetes.io/windows-build";
/** Nodes of every operating system have these labels, so they do not select one. */
const OF_ALL_NODES =
  /^(?:(?:failure-domain\.beta|topology)\.kubernetes\.io\/|(?:beta\.)?kubernetes\.io\/arch$|node\.kubernetes\.io\/instance-type$)/;

/** Whether a label determines the operating system of a node. */
export function tellsOs(key: string): boolean {
  return key === OS_LABEL || key === OLD_OS_LABEL || key === BUILD_LABEL || key in NAMING;
}

/** Prefixes and words that people use for this label, and that no other label has. */
const OTHER_FORM = /^(?:(?:node\.)?kubernetes|k8s)\.io\/(?:os|operating-?system|platform)$/i;

/** Whether a label was probably meant to be the one for the operating system. */
export function isMisspeltOsLabel(key: string): boolean {
  if (key === OS_LABEL || key === OLD_OS_LABEL) return false;
  return OTHER_FORM.test(key) || [OS_LABEL, OLD_OS_LABEL].some(label => isNear(key, label));
}

/**
 * Whether a label may be used for nodes of one operating system only, because an administrator sets it.
 */
export function mayTellOs(key: string): boolean {
  return !tellsOs(key) && !OF_ALL_NODES.test(key);
}

/** Returns which nodes can match a requirement. */
export function possibleFor(requirement: NodeRequirement): Possible {
  const { key, operator, values } = requirement;
  if (key === OS_LABEL || key === OLD_OS_LABEL) return forOs(operator, values);
  if (key === BUILD_LABEL) return forBuild(operator);
  const windows = NAMING[key];
  if (windows !== undefined && operator === "In") {
    return {
      windows: values.some(value => windows.test(value)),
      other: values.some(value => !windows.test(value)),
    };
  }
  return { windows: true, other: true };
}

/** Every kubelet sets the label, to windows or to linux. */
function forOs(operator: string, values: readonly string[]): Possible {
  switch (operator) {
    case "In":
      return {
        windows: values.includes("windows"),
        other: values.some(value => value !== "windows"),
      };
    case "NotIn":
      return { windows: !values.includes("windows"), other: !values.includes("linux") };
    case "Exists":
      return { windows: true, other: true };
    default:
      // DoesNotExist, and Gt and Lt, which compare numbers
      return { windows: false, other: false };
  }
}

function forBuild(operator: string): Possible {
  switch (operator) {
    case "In":
    case "Exists":
      return { windows: true, other: false };
    case "NotIn":
      return { windows: true, other: true };
    case "DoesNotExist":
      return { windows: false, other: true };
    default:
      // A build such as 10.0.20348 is not an integer, so Gt and Lt never match.
      return { windows: false, other: false };
  }
}
