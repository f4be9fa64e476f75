import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ControlPlanePki, KeyCertificate } from "./pki";

/** How the API server reaches a webhook's Service, see `ServiceProxy`. */
export type ServiceAccess = "bind" | "tunnel";

/** The ports of one control plane, all on 127.0.0.1. */
export interface Ports {
  etcdClient: number;
  etcdPeer: number;
  apiServer: number;
  controllerManager: number;
}

/** Files in a control plane's folder. */
export function pathsIn(
  dir: string,
): Record<
  | "etcdData"
  | "ca"
  | "caKey"
  | "apiServerCert"
  | "apiServerKey"
  | "managerCert"
  | "managerKey"
  | "serviceAccountKey"
  | "egress"
  | "tunnelSocket"
  | "adminKubeconfig"
  | "managerKubeconfig",
  string
> {
  const pki = join(dir, "pki");
  return {
    etcdData: join(dir, "etcd"),
    ca: join(pki, "ca.crt"),
    caKey: join(pki, "ca.key"),
    apiServerCert: join(pki, "apiserver.crt"),
    apiServerKey: join(pki, "apiserver.key"),
    managerCert: join(pki, "manager.crt"),
    managerKey: join(pki, "manager.key"),
    serviceAccountKey: join(pki, "sa.key"),
    egress: join(dir, "egress.yaml"),
    tunnelSocket: join(dir, "tunnel.sock"),
    adminKubeconfig: join(dir, "kubeconfig"),
    managerKubeconfig: join(dir, "manager.kubeconfig"),
  };
}

function writePrivate(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}

function writePair(certFile: string, keyFile: string, pair: KeyCertificate): void {
  writePrivate(certFile, pair.certificate);
  writePrivate(keyFile, pair.key);
}

/** Writes the files that the flags below refer to: keys, certificates and the egress configuration. */
export function writeFiles(dir: string, pki: ControlPlanePki): void {
  const paths = pathsIn(dir);
  mkdirSync(join(dir, "pki"), { mode: 0o700 });
  writePair(paths.ca, paths.caKey, pki.ca);
  writePair(paths.apiServerCert, paths.apiServerKey, pki.apiServer);
  writePair(paths.managerCert, paths.managerKey, pki.controllerManager);
  writePrivate(paths.serviceAccountKey, pki.serviceAccountKey);
  const connection = {
    proxyProtocol: "HTTPConnect",
    transport: { uds: { udsName: paths.tunnelSocket } },
  };
  writePrivate(
    paths.egress,
    stringify({
      apiVersion: "apiserver.k8s.io/v1beta1",
      kind: "EgressSelectorConfiguration",
      egressSelections: [{ name: "cluster", connection }],
    }),
  );
}

/** Flags of etcd; `unsafeNoFsync` is faster, but a power cut can corrupt the data. */
export function etcdFlags(dir: string, ports: Ports, unsafeNoFsync: boolean): string[] {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    "--name=bed",
    `--data-dir=${pathsIn(dir).etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=bed=${peer}`,
    "--log-level=warn",
    `--unsafe-no-fsync=${String(unsafeNoFsync)}`,
  ];
}

/** Inputs for the flags of kube-apiserver besides its folder and ports. */
export interface ApiServerSettings {
  serviceCidr: string;
  serviceAccess: ServiceAccess;
  /** Added last, so they take precedence. */
  extraFlags: readonly string[];
}

/** Flags of kube-apiserver. */
export function apiServerFlags(dir: string, ports: Ports, settings: ApiServerSettings): string[] {
  const paths = pathsIn(dir);
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${ports.apiServer}`,
    // ClusterIPs are loopback addresses: a process that listens on one acts as that Service.
    `--service-cluster-ip-range=${settings.serviceCidr}`,
    // A loopback address is not a valid endpoint of the Service `kubernetes`.
    "--endpoint-reconciler-type=none",
    `--cert-dir=${join(dir, "pki")}`,
    `--tls-cert-file=${paths.apiServerCert}`,
    `--tls-private-key-file=${paths.apiServerKey}`,
    `--client-ca-file=${paths.ca}`,
    `--service-account-key-file=${paths.serviceAccountKey}`,
    `--service-account-signing-key-file=${paths.serviceAccountKey}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    "--authorization-mode=Node,RBAC",
    "--allow-privileged=true",
    // Otherwise, stopping takes up to a minute because of the controller manager's open watches.
    "--shutdown-watch-termination-grace-period=1s",
    ...(settings.serviceAccess === "tunnel"
      ? [`--egress-selector-config-file=${paths.egress}`]
      : []),
    ...settings.extraFlags,
  ];
}

/** Flags of kube-controller-manager, without the controllers that need cloud nodes. */
export function controllerManagerFlags(dir: string, ports: Ports): string[] {
  const paths = pathsIn(dir);
  const off = ["node-ipam", "node-route", "service-lb", "cloud-node-lifecycle"];
  return [
    `--kubeconfig=${paths.managerKubeconfig}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${ports.controllerManager}`,
    `--tls-cert-file=${paths.managerCert}`,
    `--tls-private-key-file=${paths.managerKey}`,
    `--service-account-private-key-file=${paths.serviceAccountKey}`,
    `--root-ca-file=${paths.ca}`,
    `--cluster-signing-cert-file=${paths.ca}`,
    `--cluster-signing-key-file=${paths.caKey}`,
    "--use-service-account-credentials",
    "--leader-elect=false",
    // With the default limits, its start takes 4 s longer because of client-side throttling.
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
    `--controllers=*,${off.map(name => `-${name}-controller`).join(",")}`,
  ];
}
