/**
 * What labels of nodes say of their operating system: whether a node with Windows, or one without, can
 * meet a requirement.
 *
 * Source: core/v1 NodeSelectorRequirement; well-known labels,
 * https://kubernetes.io/docs/reference/labels-annotations-taints/; labels of AKS and GKE.
 */

/** The label by which nodes say what they are. */
export const OS_LABEL = "kubernetes.io/os";
/** The same until Kubernetes 1.14; kubelets still set it. */
export const OLD_OS_LABEL = "beta.kubernetes.io/os";

/** One requirement of a node selector; `In` for a label of nodeSelector. */
export interface NodeRequirement {
  key: string;
  operator: string;
  values: readonly string[];
}

/** Which nodes can meet a requirement, or all of several. */
export interface Possible {
  windows: boolean;
  other: boolean;
}

/** Labels whose value names the system, with the beginning of it that means Windows. */
const NAMING: Readonly<Record<string, RegExp>> = {
  "kubernetes.azure.com/os-sku": /^windows/i,
  "cloud.google.com/gke-os-distribution": /^windows/i,
};
/** Only nodes with Windows have it, and all of them do. */
const BUILD_LABEL = "node.kubernetes.io/windows-build";
/** Nodes of every system have these, so that they choose none. */
const OF_ALL_NODES =
  /^(?:(?:failure-domain\.beta|topology)\.kubernetes\.io\/|(?:beta\.)?kubernetes\.io\/arch$|node\.kubernetes\.io\/instance-type$)/;

/** Whether a label says what a node runs. */
export function tellsOs(key: string): boolean {
  return key === OS_LABEL || key === OLD_OS_LABEL || key === BUILD_LABEL || key in NAMING;
}

/** Whether a label can stand for nodes of one system, since somebody gives it to them. */
export function mayTellOs(key: string): boolean {
  return !tellsOs(key) && !OF_ALL_NODES.test(key);
}

/** Which nodes can meet a requirement. */
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

/** Nodes that all of several requirements can be met by. */
export function allOf(requirements: readonly NodeRequirement[]): Possible {
  const each = requirements.map(possibleFor);
  return {
    windows: each.every(({ windows }) => windows),
    other: each.every(({ other }) => other),
  };
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
      // A build, 10.0.20348, is not a number to compare.
      return { windows: false, other: false };
  }
}
