import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  apiServerFlags,
  controllerManagerFlags,
  etcdFlags,
  pathsIn,
  type Ports,
} from "../control-plane/control-plane-flags";
import { writeKubeconfig } from "../control-plane/kubeconfig";
import type { ControlPlanePki, KeyCertificate } from "../control-plane/pki";
import { cniFolder, containerdConfig, containerdSocket, type Snapshotter } from "./containerd";
import type { NodeNetwork } from "./node-network";
import type { KubernetesPrograms, NodePrograms } from "./prerequisites";

/** The name of the only node. */
export const NODE_NAME = "node1";

/** Fixed, because each node has a network namespace of its own. */
export const API_SERVER_PORT = 6443;
const ports: Ports = {
  etcdClient: 2379,
  etcdPeer: 2380,
  apiServer: API_SERVER_PORT,
  controllerManager: 10257,
};

/** Inputs for the node's files and flags. */
export interface NodeSettings {
  /** The node's folder. */
  dir: string;
  programs: NodePrograms;
  kubernetes: KubernetesPrograms;
  network: NodeNetwork;
  /** Path of the parent of the Pods' cgroups, such as "/gmsa-node-x7Yq2s". */
  cgroup: string;
  pki: ControlPlanePki;
  snapshotter: Snapshotter;
  /** Path of kube-router, if it should enforce NetworkPolicies. */
  kubeRouter?: string;
}

/** The node's programs, by the name of their log. */
export type NodeProgram =
  | "containerd"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kube-proxy"
  | "kube-router"
  | "kubelet";

function inside(dir: string): Record<"logs" | "kubelet" | "resolv", string> {
  return {
    logs: join(dir, "pod-logs"),
    kubelet: join(dir, "kubelet"),
    resolv: join(dir, "resolv.conf"),
  };
}

function kubeconfigIn(dir: string, user: string): string {
  return join(dir, `${user}.kubeconfig`);
}

/**
 * Each Pod has its own point-to-point link, and all traffic is routed. On a bridge, an answer from
 * a Service in the same network would bypass kube-proxy's rules unless the kernel has br_netfilter.
 */
function cniConfig({ podCidr }: NodeNetwork): object {
  const ipam = {
    type: "host-local",
    ranges: [[{ subnet: podCidr }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  return { cniVersion: "0.4.0", name: "pods", plugins: [{ type: "ptp", ipam }] };
}

function kubeletConfig({ dir, cgroup }: NodeSettings): object {
  const { logs, resolv } = inside(dir);
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    failCgroupV1: false,
    failSwapOn: false,
    cgroupDriver: "cgroupfs",
    cgroupRoot: cgroup,
    containerRuntimeEndpoint: `unix://${containerdSocket(dir)}`,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pathsIn(dir).ca },
    },
    authorization: { mode: "Webhook" },
    podLogsDir: logs,
    resolvConf: resolv,
    volumePluginDir: join(inside(dir).kubelet, "volume-plugins"),
    // The disk belongs to the machine, so evict only if it is full.
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "imagefs.available": "1%",
    },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    localStorageCapacityIsolation: false,
    nodeStatusUpdateFrequency: "2s",
    // Maximum time until a changed Secret reaches a mounted file; a minute by default.
    syncFrequency: "10s",
  };
}

function proxyConfig({ dir, network }: NodeSettings): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clusterCIDR: network.podCidr,
    clientConnection: { kubeconfig: kubeconfigIn(dir, "kube-proxy") },
    // The conntrack table belongs to the whole machine, so keep its size.
    conntrack: { maxPerCore: 0, min: 0 },
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
  };
}

const users = {
  admin: { commonName: "admin", organization: "system:masters" },
  "kube-controller-manager": { commonName: "system:kube-controller-manager" },
  "kube-scheduler": { commonName: "system:kube-scheduler" },
  "kube-proxy": { commonName: "system:kube-proxy" },
  kubelet: { commonName: `system:node:${NODE_NAME}`, organization: "system:nodes" },
};

async function credentialsOf(
  user: keyof typeof users,
  pki: ControlPlanePki,
): Promise<KeyCertificate> {
  if (user === "admin") return pki.admin;
  if (user === "kube-controller-manager") return pki.controllerManager;
  return pki.issue(users[user]);
}

/** Writes the kubeconfigs of all users; returns the path of the administrator's. */
async function writeKubeconfigs({ dir, network, pki }: NodeSettings): Promise<string> {
  const server = `https://${network.nodeAddress}:${API_SERVER_PORT}`;
  const { adminKubeconfig, managerKubeconfig } = pathsIn(dir);
  const files = {
    admin: adminKubeconfig,
    "kube-controller-manager": managerKubeconfig,
    "kube-scheduler": kubeconfigIn(dir, "kube-scheduler"),
    "kube-proxy": kubeconfigIn(dir, "kube-proxy"),
    kubelet: kubeconfigIn(dir, "kubelet"),
  };
  await Promise.all(
    (Object.keys(files) as (keyof typeof files)[]).map(async user => {
      const credentials = await credentialsOf(user, pki);
      writeKubeconfig(files[user], { server, ca: pki.ca.certificate, credentials });
    }),
  );
  return adminKubeconfig;
}

/**
 * Writes all files that the commands below refer to, except those that `writeFiles` of the control
 * plane writes.
 * @returns the path of the administrator's kubeconfig
 */
export async function writeNodeFiles(settings: NodeSettings): Promise<string> {
  const { dir, network, programs, snapshotter } = settings;
  const { logs, kubelet, resolv } = inside(dir);
  const cni = cniFolder(dir);
  for (const folder of [cni, logs, kubelet]) mkdirSync(folder);
  writeFileSync(join(dir, "containerd.toml"), containerdConfig(programs, dir, snapshotter));
  writeFileSync(join(cni, "pods.conflist"), JSON.stringify(cniConfig(network)));
  writeFileSync(join(dir, "kubelet.yaml"), stringify(kubeletConfig(settings)));
  writeFileSync(join(dir, "kube-proxy.yaml"), stringify(proxyConfig(settings)));
  // The node cannot resolve names, and nothing should wait for a name server.
  writeFileSync(resolv, "");
  return writeKubeconfigs(settings);
}

function apiServerCommand({ dir, kubernetes, network }: NodeSettings): string[] {
  const paths = pathsIn(dir);
  const extraFlags = [
    "--bind-address=0.0.0.0",
    `--advertise-address=${network.nodeAddress}`,
    "--endpoint-reconciler-type=lease",
    "--enable-admission-plugins=NodeRestriction",
    "--kubelet-preferred-address-types=InternalIP",
    // The administrator's certificate, from the same CA: for `kubectl logs` and `exec`.
    `--kubelet-client-certificate=${join(dir, "pki/admin.crt")}`,
    `--kubelet-client-key=${join(dir, "pki/admin.key")}`,
  ];
  const settings = { serviceCidr: network.serviceCidr, serviceAccess: "bind" as const, extraFlags };
  const flags = apiServerFlags(dir, ports, settings);
  return [join(kubernetes.dir, "kube-apiserver"), ...flags, `--client-ca-file=${paths.ca}`];
}

/** Only enforces NetworkPolicies: other programs set up routes and Services. */
function kubeRouterCommand(program: string, { dir, network }: NodeSettings): string[] {
  return [
    program,
    "--run-firewall=true",
    ...["--run-router=false", "--run-service-proxy=false", "--enable-cni=false"],
    `--kubeconfig=${pathsIn(dir).adminKubeconfig}`,
    `--hostname-override=${NODE_NAME}`,
    `--service-cluster-ip-range=${network.serviceCidr}`,
    "--v=1",
  ];
}

/** The command line of each of the node's programs. */
export function nodeCommands(settings: NodeSettings): ReadonlyMap<NodeProgram, readonly string[]> {
  const { kubeRouter } = settings;
  const commands = new Map(
    Object.entries(kubernetesCommands(settings)) as [NodeProgram, string[]][],
  );
  if (kubeRouter !== undefined) {
    commands.set("kube-router", kubeRouterCommand(kubeRouter, settings));
  }
  return commands;
}

function kubernetesCommands(
  settings: NodeSettings,
): Record<Exclude<NodeProgram, "kube-router">, string[]> {
  const { dir, kubernetes, network, programs } = settings;
  const built = (name: string): string => join(kubernetes.dir, name);
  return {
    containerd: [programs.system.containerd, `--config=${join(dir, "containerd.toml")}`],
    etcd: [built("etcd"), ...etcdFlags(dir, ports, true)],
    "kube-apiserver": apiServerCommand(settings),
    "kube-controller-manager": [
      built("kube-controller-manager"),
      ...controllerManagerFlags(dir, ports),
    ],
    "kube-scheduler": [
      built("kube-scheduler"),
      `--kubeconfig=${kubeconfigIn(dir, "kube-scheduler")}`,
      "--bind-address=127.0.0.1",
      "--leader-elect=false",
    ],
    "kube-proxy": [
      built("kube-proxy"),
      `--config=${join(dir, "kube-proxy.yaml")}`,
      `--hostname-override=${NODE_NAME}`,
    ],
    kubelet: [
      built("kubelet"),
      `--config=${join(dir, "kubelet.yaml")}`,
      `--kubeconfig=${kubeconfigIn(dir, "kubelet")}`,
      `--root-dir=${inside(dir).kubelet}`,
      `--cert-dir=${join(inside(dir).kubelet, "pki")}`,
      `--hostname-override=${NODE_NAME}`,
      `--node-ip=${network.nodeAddress}`,
      "--v=2",
    ],
  };
}
