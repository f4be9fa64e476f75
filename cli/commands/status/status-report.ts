/** Pure: the state of GMSA in a cluster, as far as the user may read it. */
import { isUnanswered } from "../../../rules/admission/review";
import { shapeOf } from "../../../rules/credspec/checks/parse";
import { pluralize } from "../../../rules/text";
import type { DriftedPod } from "../../../rules/workload/drift";
import { refusalReport } from "../../terminal/problems";
import type { Lookup } from "../../api/calls";
import { installedModule, type InstalledModule } from "../../inspect/installed-module";
import { guardOf, type Guard } from "../../diagnosis/guard";
import type { Observed } from "../../diagnosis/report/check";
import { hasFailed as hasFailedChecks, type CheckReport } from "../../diagnosis/report/examine";
import type { FailOn } from "../../diagnosis/report/fail-on";
import type { Source, CertificateStatus } from "../../certificates/model";
import type {
  JudgedWorkload,
  InstallationState,
  WorkloadState,
  StoredCredspec,
} from "../../inspect/state";

/** The output of `gmsa status`. */
export interface Status {
  /** No check of the installation fails, no workload would be refused, and nothing is unknown. */
  healthy: boolean;
  /** There is a problem, not only unknown parts. */
  failed: boolean;
  /** The overall state in one sentence. */
  summary: string;
  /** What happens to GMSA Pods now, and why. */
  guard: Guard;
  /** Checks of the installation that do not pass, in the form of `gmsa doctor`. */
  checks: CheckReport[];
  /** Versions of this program and of the API server. */
  versions: { gmsa: string; kubernetes: string };
  /** Undefined if it is not installed or may not be read. */
  module?: InstalledModule;
  certificate?: {
    daysLeft?: number;
    validTo?: string;
    source: Source;
    /** "warn" leaves time to act. */
    level: "pass" | "warn" | "fail";
    problems: string[];
  };
  credspecs: CredspecStatus[];
  workloads: WorkloadStatus[];
  /** Running Pods whose contents differ from the current credential spec. */
  drifted: DriftedPod[];
  /** The unknown parts, and why. */
  unknown: { what: string; why: string }[];
}

/** The prediction for its Pods, including the state of the installation. */
export interface WorkloadStatus extends Omit<JudgedWorkload, "admission"> {
  admission: JudgedWorkload["admission"] | "unchecked";
  /** The reason, if its own refusals do not have it. */
  why?: string;
}

export interface CredspecStatus {
  name: string;
  /** Name of the first account. */
  account?: string;
  /** DNS name of the domain. */
  domain?: string;
  /** The workloads that use it, as namespace/Kind/name, among those that were read. */
  workloads: string[];
  /** Their service accounts, as namespace/name. */
  serviceAccounts: string[];
}

export type StatusInputs = {
  [Part in "controller" | "certificates" | "credspecs" | "workloads"]: Lookup<
    InstallationState[Part]
  >;
} & {
  /** The reports of the installation's checks. */
  report: CheckReport[];
  /** Only workloads with certain labels are read, and only the credential specs that they use. */
  isSelected?: boolean;
  /** Namespaces that neither the webhook nor the policy covers, as far as known. */
  unchecked: readonly string[];
  /** Namespaces where the webhook checks Pods but does not fill in contents. */
  unfilled: readonly string[];
};

export function statusOf(versions: Status["versions"], inputs: StatusInputs): Status {
  const { controller, certificates, credspecs, workloads } = inputs;
  const found = workloads.known ? workloads.value : NO_WORKLOADS;
  const guard = guardOf(inputs.report);
  const judged = found.workloads.map(workload => admissionNow(workload, guard, inputs));
  const status = {
    versions,
    ...(controller.known && controller.value !== undefined
      ? { module: installedModule(controller.value) }
      : {}),
    ...(certificates.known && certificates.value !== undefined
      ? { certificate: certificateOf(certificates.value) }
      : {}),
    credspecs: credspecStatus(
      credspecs.known ? credspecs.value : undefined,
      found.workloads,
    ).filter(credspec => inputs.isSelected !== true || credspec.workloads.length > 0),
    guard,
    checks: inputs.report.filter(({ level }) => level !== "pass" && level !== "skip"),
    workloads: judged,
    drifted: found.drifted,
    unknown: unknownOf(inputs),
  };
  const failed = hasFailed(status);
  const healthy = !failed && status.unknown.length === 0;
  return { healthy, failed, summary: summaryOf(status, inputs.report.length), ...status };
}

/** Whether the status counts as failed. Each value of `--fail-on` includes those before it. */
export function statusHasFailed(
  { failed, checks, workloads, drifted, unknown }: Status,
  failOn: FailOn,
): boolean {
  if (failed) return true;
  const warned =
    workloads.some(isMisplaced) || drifted.length > 0 || hasFailedChecks({ checks }, "warning");
  switch (failOn) {
    case "error":
      return false;
    case "warning":
      return warned;
    case "unknown":
      return warned || unknown.length > 0;
  }
}

/** Whether its Pods do not run on Windows, or may run elsewhere. */
export function isMisplaced({ placement }: Pick<WorkloadStatus, "placement">): boolean {
  return placement.length > 0;
}

/** Converts the status to JSON. */
export function statusReport({ workloads, ...status }: Status): { workloads: object[] } {
  const reports = workloads.map(workload => ({
    ...workload,
    refusals: workload.refusals.map(refusalReport),
    placement: workload.placement.map(refusalReport),
  }));
  return { ...status, workloads: reports };
}

const NO_WORKLOADS: WorkloadState = {
  workloads: [],
  drifted: [],
  mayReview: true,
  unknown: [],
  unknownNodes: [],
  unknownDrift: [],
};

type Unjudged = Omit<Status, "healthy" | "failed" | "summary">;

function hasFailed({ checks, guard, workloads }: Unjudged): boolean {
  return (
    checks.some(({ level }) => level === "fail") ||
    // Unknown alone is not a failure. Its cause may be one, and is then a failed check.
    ["refused", "unchecked"].includes(guard.outcome) ||
    workloads.some(({ admission }) => admission === "refused" || admission === "unchecked")
  );
}

/** The first line: the worst known problem. */
function summaryOf(status: Unjudged, asked: number): string {
  return summaryOfGuard(status) ?? summaryOfRest(status, asked);
}

function summaryOfGuard({ guard, checks }: Unjudged): string | undefined {
  switch (guard.outcome) {
    case "unchecked":
      return `GMSA Pods are admitted unchecked: ${guard.why}`;
    case "refused":
      return `GMSA Pods are refused: ${guard.why}`;
    case "unknown":
      // Without a failed check, the user only lacks the rights to see it.
      return checks.some(({ level }) => level === "fail")
        ? `GMSA Pods may be refused, or admitted unchecked: ${guard.why}`
        : undefined;
    case "judged":
      return undefined;
  }
}

function summaryOfRest({ checks, workloads, unknown }: Unjudged, asked: number): string {
  const worst = (level: Observed["level"]): Observed | undefined =>
    checks.flatMap(({ observed }) => observed).find(one => one.level === level);
  const [failed, warned] = [worst("fail"), worst("warn")];
  if (failed !== undefined) return `The installation is broken: ${failed.message}`;
  const bad = workloads.filter(({ admission }) => admission !== "admitted");
  const refused = bad.filter(({ admission }) => admission !== "unknown");
  if (refused.length > 0)
    return `${pluralize(refused.length, "workload")} would be refused or admitted unchecked`;
  if (unknown.length > 0) return "No problems found, but some checks are unknown";
  return withWarning(warned?.message ?? misplacedAmong(workloads), asked);
}

function withWarning(warning: string | undefined, asked: number): string {
  return warning === undefined
    ? `GMSA works: ${asked} checks of the installation passed`
    : `GMSA works, with a warning: ${warning}`;
}

function misplacedAmong(workloads: readonly WorkloadStatus[]): string | undefined {
  const found = workloads.find(isMisplaced);
  const [first] = found?.placement ?? [];
  return found && first && `${found.kind}/${found.name} in ${found.namespace}: ${first.problem}`;
}

function admissionNow(
  workload: JudgedWorkload,
  guard: Guard,
  { unchecked, unfilled }: Pick<StatusInputs, "unchecked" | "unfilled">,
): WorkloadStatus {
  if (unchecked.includes(workload.namespace)) {
    const why = `neither the webhook nor the policy covers namespace ${workload.namespace}`;
    return { ...workload, admission: "unchecked", why };
  }
  const isExcluded = workload.refusals.some(({ reason }) => reason === "namespace excluded");
  if (unfilled.includes(workload.namespace) && guard.outcome === "judged") {
    const why = `the mutating webhook, which fills in contents, does not cover namespace ${workload.namespace}`;
    return { ...workload, admission: "refused", why };
  }
  // If the webhook answers, the rules decide. In excluded namespaces the policy refuses the Pod anyway.
  if (guard.outcome === "judged" || isExcluded) return workload;
  // The rules refuse the Pod, so it is not admitted correctly, whether or not the webhook answers.
  if (guard.outcome === "unknown" && workload.admission === "refused") return workload;
  return { ...workload, admission: guard.outcome, why: guard.why };
}

function certificateOf(status: CertificateStatus): Status["certificate"] {
  const { certificate, source, findings } = status;
  return {
    ...(certificate === undefined
      ? {}
      : { daysLeft: certificate.daysLeft, validTo: certificate.validTo }),
    source,
    level: findings.length === 0 ? "pass" : status.healthy ? "warn" : "fail",
    problems: findings.map(({ problem }) => problem),
  };
}

/** @param stored undefined if they may not be listed. Then the result has the ones that workloads name. */
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
  report,
}: StatusInputs): Status["unknown"] {
  const missing = Object.entries({
    installation: controller,
    certificate: certificates,
    credspecs,
  }).flatMap(([what, answer]) => (answer.known ? [] : [{ what, why: answer.why }]));
  const parts = workloads.known
    ? [...workloads.value.unknown, ...workloads.value.unknownNodes, ...workloads.value.unknownDrift]
    : [workloads];
  const checks = report.flatMap(({ name, observed }) =>
    observed
      .filter(({ level }) => level === "unknown")
      .map(({ message }) => ({ what: name, why: message })),
  );
  return [
    ...missing,
    ...parts.map(({ why }) => ({ what: "workloads", why })),
    ...(workloads.known ? unansweredOf(workloads.value) : []),
    ...checks,
  ];
}

/** If the user lacks the right to ask, `unknown` already has one message for all workloads. */
function unansweredOf({ workloads, mayReview }: WorkloadState): Status["unknown"] {
  if (!mayReview) return [];
  return workloads.flatMap(({ kind, name, namespace, refusals }) =>
    refusals
      .filter(isUnanswered)
      .map(({ problem }) => ({ what: `${kind}/${name} in ${namespace}`, why: problem })),
  );
}

/**
 * The account and domain of a credential spec: the columns of `kubectl get gmsa`.
 *
 * @param credspec any stored value. Values of a wrong type are left out.
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
