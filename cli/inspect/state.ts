/** All that is looked at of a cluster. What is not there is undefined. */
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
import type { Workload } from "../../rules/workload/owners";
import type { Lookup } from "../api/calls";
import type { CertificateStatus } from "../certificates/model";
import type { AccountRights } from "./account-rights";
import type { InstalledObjects } from "./installed-objects";
import type { Trial } from "../../rules/canary/trial";
import type { Verdict as Answer } from "../../rules/canary/answer";
import type { NodeReports } from "./node-reports";

/** A webhook configuration of either kind. */
export type WebhookConfiguration =
  | V1MutatingWebhookConfiguration
  | V1ValidatingWebhookConfiguration;

/** Every webhook configuration of the cluster. */
export type AdmissionWebhooks = Pick<InstallationState, "mutating" | "validating">;

/** What became of the Pods that were tried, and what may tell why. */
export interface CanaryState {
  trials: { trial: Trial; verdict: Answer }[];
  /** What is undefined here may not be read by this user. */
  validating: WebhookConfiguration[] | undefined;
  namespaces: NamespaceLabels[] | undefined;
  readyReplicas: number | undefined;
  /** Where they listen. */
  port?: number;
}

export interface InstallationState {
  /** Versions in which the API server serves credspecs. */
  servedVersions: string[];
  /** Every webhook configuration of the cluster. */
  mutating: V1MutatingWebhookConfiguration[];
  validating: V1ValidatingWebhookConfiguration[];
  policy: V1ValidatingAdmissionPolicy | undefined;
  /** Those of that policy. */
  policyBindings: V1ValidatingAdmissionPolicyBinding[];
  namespaces: NamespaceLabels[];
  /** Deployment of the webhook. */
  controller: V1Deployment | undefined;
  /** Deployment of what looks after the certificates. */
  keeper: V1Deployment | undefined;
  /** Whether there is the Service, and how many addresses it leads to. */
  endpoints: { service: boolean; ready: number; others: number };
  /** Undefined if a Secret or a webhook configuration of the installation is not there. */
  certificates: CertificateStatus | undefined;
  /** Every object of the installation, whole. */
  installed: InstalledObjects;
  /** What the installation's service accounts may not do, and have to. */
  accountRights: AccountRights;
  /** Pods of the installation. */
  modulePods: V1Pod[];
  /** When it was looked, in milliseconds since 1970. */
  now: number;
  /** What the API server answers to Pods that are tried. */
  canary: CanaryState;
  credspecs: StoredCredspec[];
  workloads: WorkloadState;
  windowsNodes: V1Node[];
  /** What these tell by deploy/windows/node-report. */
  nodeReports: NodeReports;
}

export interface NamespaceLabels {
  name: string;
  labels: Record<string, string>;
}

/** A GMSACredentialSpec. */
export interface StoredCredspec {
  name: string;
  /** What is under its key `credspec`, as it is stored. */
  credspec: unknown;
}

/** What uses GMSA. */
export interface WorkloadState {
  workloads: JudgedWorkload[];
  drifted: DriftedPod[];
  /** Whether the user may ask who may use a credspec. */
  mayReview: boolean;
  /** What could not be found out: a clause for each, such as "needs the right to list cronjobs". */
  unknown: string[];
  /** What could not be found out of the nodes on which Pods run, in the same way. */
  unknownNodes: string[];
}

/** How each part is found out. Each is asked for once, however often it is read. */
export type Collectors = {
  [Part in keyof InstallationState]: () => Promise<Lookup<InstallationState[Part]>>;
};

export type Verdict = "admitted" | "refused" | "unknown";

export interface JudgedWorkload extends Omit<Workload, "pod"> {
  admission: Verdict;
  /** None if it would be admitted. */
  refusals: Refusal[];
  /** Why its Pods never run on Windows, or need not; none if they do, or if nobody can know. */
  placement: PodProblem[];
}
