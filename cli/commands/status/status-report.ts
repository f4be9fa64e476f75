/** Pure: the state of GMSA in a cluster, as far as the user may see it. */
import type { V1Deployment } from "@kubernetes/client-node";

import { shapeOf } from "../../../rules/credspec/checks/parse";
import type { DriftedPod } from "../../../rules/workload/drift";
import { refusalReport } from "../../terminal/problems";
import type { Lookup } from "../../api/calls";
import type { Source, CertificateStatus } from "../../certificates/model";
import type {
  JudgedWorkload,
  InstallationState,
  WorkloadState,
  StoredCredspec,
} from "../../inspect/state";

/** What `gmsa status` prints. */
export interface Status {
  /** Replicas are ready, the certificate is good, and no workload would be refused. */
  healthy: boolean;
  /** Of this program, and of the API server. */
  versions: { gmsa: string; kubernetes: string };
  /** Undefined if it is not installed, or not to be seen. */
  module?: ModuleStatus;
  certificate?: { daysLeft?: number; validTo?: string; source: Source; problems: string[] };
  credspecs: CredspecStatus[];
  workloads: JudgedWorkload[];
  /** Pods that run with other contents than their credspec has now. */
  drifted: DriftedPod[];
  /** What could not be found out, and why. */
  unknown: { what: string; why: string }[];
}

export interface ModuleStatus {
  /** Of the installation; absent if it does not say it. */
  version?: string;
  /** SHA-256 of the module. */
  build: string;
  image: string;
  replicas: { wanted: number; ready: number };
}

export interface CredspecStatus {
  name: string;
  /** Name of the first account. */
  account?: string;
  /** DNS name of the domain. */
  domain?: string;
  /** What uses it where was looked, as namespace/Kind/name. */
  workloads: string[];
  /** As which accounts, as namespace/name. */
  serviceAccounts: string[];
}

/** What the status is made of. */
export type StatusInputs = {
  [Part in "controller" | "certificates" | "credspecs" | "workloads"]: Lookup<
    InstallationState[Part]
  >;
};

export function statusOf(versions: Status["versions"], inputs: StatusInputs): Status {
  const { controller, certificates, credspecs, workloads } = inputs;
  const found = workloads.known ? workloads.value : NO_WORKLOADS;
  const status = {
    versions,
    ...(controller.known && controller.value !== undefined
      ? { module: moduleStatus(controller.value) }
      : {}),
    ...(certificates.known && certificates.value !== undefined
      ? { certificate: certificateOf(certificates.value) }
      : {}),
    credspecs: credspecStatus(credspecs.known ? credspecs.value : undefined, found.workloads),
    workloads: found.workloads,
    drifted: found.drifted,
    unknown: unknownOf(inputs),
  };
  return { healthy: isHealthy(status, inputs), ...status };
}

/** The status for programs. */
export function statusReport({ workloads, ...status }: Status): object {
  const reports = workloads.map(workload => ({
    ...workload,
    refusals: workload.refusals.map(refusalReport),
  }));
  return { ...status, workloads: reports };
}

const NO_WORKLOADS: WorkloadState = { workloads: [], drifted: [], mayReview: true, unknown: [] };

/** What is not known is no reason to call it unhealthy. */
function isHealthy(
  { module, certificate, workloads }: Omit<Status, "healthy">,
  { controller }: StatusInputs,
): boolean {
  return (
    (module === undefined ? !controller.known : module.replicas.ready > 0) &&
    (certificate?.problems ?? []).length === 0 &&
    workloads.every(({ admission }) => admission !== "refused")
  );
}

function moduleStatus({ metadata, spec, status }: V1Deployment): ModuleStatus {
  const version = metadata?.labels?.["app.kubernetes.io/version"];
  const { wanted = 1, ready = 0 } = { wanted: spec?.replicas, ready: status?.readyReplicas };
  return {
    ...(version === undefined ? {} : { version }),
    ...programOf(spec),
    replicas: { wanted, ready },
  };
}

/** The container's last argument is the hash of what it runs. */
function programOf(spec: V1Deployment["spec"]): Pick<ModuleStatus, "build" | "image"> {
  const { args = [], image = "" } = spec?.template.spec?.containers[0] ?? {};
  return { build: args.at(-1) ?? "", image };
}

function certificateOf(status: CertificateStatus): Status["certificate"] {
  const { certificate, source, findings } = status;
  return {
    ...(certificate === undefined
      ? {}
      : { daysLeft: certificate.daysLeft, validTo: certificate.validTo }),
    source,
    problems: findings.map(({ problem }) => problem),
  };
}

/** @param stored undefined if they may not be listed: then those that workloads name. */
function credspecStatus(
  stored: readonly StoredCredspec[] | undefined,
  workloads: readonly JudgedWorkload[],
): CredspecStatus[] {
  const named = new Set(workloads.flatMap(({ credspecs }) => credspecs));
  const all = stored ?? [...named].sort().map(name => ({ name, credspec: undefined }));
  return all.map(({ name, credspec }) => {
    const users = workloads.filter(({ credspecs }) => credspecs.includes(name));
    return {
      name,
      ...columnsOf(credspec),
      workloads: users.map(user => `${user.namespace}/${user.kind}/${user.name}`),
      serviceAccounts: [
        ...new Set(users.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`)),
      ],
    };
  });
}

function unknownOf({
  controller,
  certificates,
  credspecs,
  workloads,
}: StatusInputs): Status["unknown"] {
  const missing = Object.entries({
    installation: controller,
    certificate: certificates,
    credspecs,
  }).flatMap(([what, answer]) => (answer.known ? [] : [{ what, why: answer.why }]));
  const parts = workloads.known ? workloads.value.unknown : [workloads.why];
  return [...missing, ...parts.map(why => ({ what: "workloads", why }))];
}

/**
 * What people know a credspec by: the columns of `kubectl get gmsa`.
 *
 * @param credspec whatever is stored; what has a wrong type is left out.
 */
function columnsOf(credspec: unknown): Pick<CredspecStatus, "account" | "domain"> {
  const { ActiveDirectoryConfig, DomainJoinConfig } = shapeOf(credspec).fields ?? {};
  const account = ActiveDirectoryConfig?.GroupManagedServiceAccounts?.[0]?.Name;
  const domain = DomainJoinConfig?.DnsName;
  return {
    ...(account === undefined ? {} : { account }),
    ...(domain === undefined ? {} : { domain }),
  };
}
