/** The state of a cluster that the checks look at. A missing object is undefined. */
import type {
  V1MutatingWebhookConfiguration,
  V1ValidatingWebhookConfiguration,
  V1ValidatingAdmissionPolicy,
  V1ValidatingAdmissionPolicyBinding,
  V1Deployment,
  V1Node,
  V1Pod,
} from "@kubernetes/client-node";

import type { Refusal } from "../../rules/admission/review";
import type { PodProblem } from "../../rules/problem";
import type { DriftedPod } from "../../rules/workload/drift";
import type { RbacObjects } from "../../rules/rbac/rbac-objects";
import type { Workload } from "../../rules/workload/owners";
import type { Lookup, Unread } from "../api/calls";
import type { CertificateStatus } from "../certificates/model";
import type { AccountRights } from "./account-rights";
import type { InstalledObjects } from "./installed-objects";
import type { Probe } from "../../rules/canary/probe";
import type { CreateAnswer, Verdict as Answer } from "../../rules/canary/probe-answer";
import type { NodeReports } from "./node-reports";

/** A webhook configuration of either kind. */
export type WebhookConfiguration =
  | V1MutatingWebhookConfiguration
  | V1ValidatingWebhookConfiguration;

/** Every webhook configuration of the cluster. */
export type AdmissionWebhooks = Pick<InstallationState, "mutating" | "validating">;

/** The verdicts on probes, and facts that may explain them. */
export interface CanaryState {
  probes: { probe: Probe; verdict: Answer }[];
  /** Undefined if the user may not read it. */
  validating: WebhookConfiguration[] | undefined;
  namespaces: NamespaceLabels[] | undefined;
  readyReplicas: number | undefined;
  /** The port on which the replicas listen. */
  port?: number;
}

/** The API server's answer to another Pod of a Deployment, sent as a dry run. */
export interface NextPod {
  /** Its name. */
  deployment: string;
  /** The Deployment replaces its Pods one by one: the existing one ends before the next one starts. */
  takesPlace: boolean;
  answer: CreateAnswer;
}

export interface InstallationState {
  /** Versions in which the API server serves credential specs. */
  servedVersions: string[];
  /** Every webhook configuration of the cluster. */
  mutating: V1MutatingWebhookConfiguration[];
  validating: V1ValidatingWebhookConfiguration[];
  policy: V1ValidatingAdmissionPolicy | undefined;
  /** The bindings of that policy. */
  policyBindings: V1ValidatingAdmissionPolicyBinding[];
  namespaces: NamespaceLabels[];
  /** The Deployment of the webhook. */
  controller: V1Deployment | undefined;
  /** The Deployment of the certificate controller. */
  keeper: V1Deployment | undefined;
  /** Whether the Service exists, and how many addresses it has. */
  endpoints: { service: boolean; ready: number; others: number };
  /** Undefined if a Secret or a webhook configuration of the installation is missing. */
  certificates: CertificateStatus | undefined;
  /** Every object of the installation, complete. */
  installed: InstalledObjects;
  /** The rights that the installation's service accounts need and do not have. */
  accountRights: AccountRights;
  /** Pods of the installation. */
  modulePods: V1Pod[];
  nextPods: NextPod[];
  /** The time of the reads, in milliseconds since 1970. */
  now: number;
  /** The API server's answers to probes. */
  canary: CanaryState;
  credspecs: StoredCredspec[];
  workloads: WorkloadState;
  /** Every role and binding of the cluster. */
  rbac: RbacObjects;
  windowsNodes: V1Node[];
  /** The Windows nodes' reports from deploy/windows/node-report. */
  nodeReports: NodeReports;
}

export interface NamespaceLabels {
  name: string;
  labels: Record<string, string>;
}

/** A GMSACredentialSpec. */
export interface StoredCredspec {
  name: string;
  /** The value of its key `credspec`, as stored. */
  credspec: unknown;
}

/** The workloads that use GMSA. */
export interface WorkloadState {
  workloads: JudgedWorkload[];
  drifted: DriftedPod[];
  /** Whether the user may ask who may use a credential spec. */
  mayReview: boolean;
  /** What could not be read, such as "needs the right to list cronjobs". */
  unknown: Unread[];
  /** What could not be read about the nodes of the Pods. */
  unknownNodes: Unread[];
  /** Which credential specs of running Pods could not be read. */
  unknownDrift: Unread[];
}

/** Functions that read each part. Each part is read once, however often it is used. */
export type Collectors = {
  [Part in keyof InstallationState]: () => Promise<Lookup<InstallationState[Part]>>;
};

export type Verdict = "admitted" | "refused" | "unknown";

export interface JudgedWorkload extends Omit<Workload, "pod"> {
  admission: Verdict;
  /** Empty if its Pods would be admitted. */
  refusals: Refusal[];
  /**
   * Why its Pods do not run on Windows, or may run elsewhere. Empty if they run on Windows, or if it cannot
   * be known.
   */
  placement: PodProblem[];
}
