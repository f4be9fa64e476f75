/** Registers Windows nodes as their kubelets would. Nothing runs on them. */

/** How a node differs from a healthy one. */
export interface WindowsNode {
  kernelVersion?: string;
  runtime?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export function windowsNode(name: string, node: WindowsNode = {}): object {
  const { kernelVersion = "10.0.20348.2227", runtime = "containerd://1.7.22" } = node;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: node.labels ?? {
        "kubernetes.io/os": "windows",
        "node.kubernetes.io/windows-build": kernelVersion.split(".").slice(0, 3).join("."),
      },
      annotations: node.annotations ?? { "gmsa.pepr.dev/compartment-namespace": "enabled" },
    },
    status: {
      nodeInfo: {
        ...{ operatingSystem: "windows", architecture: "amd64", osImage: "Windows Server" },
        ...{ kernelVersion, containerRuntimeVersion: runtime, kubeletVersion: "v1.36.3" },
        ...{ bootID: "", machineID: "", systemUUID: "", kubeProxyVersion: "" },
      },
    },
  };
}
