/** What a run of `gmsa conformance` is made of: versions of Windows, cases, and the steps of a case. */
import type { V1EphemeralContainer, V1Pod, V1Toleration } from "@kubernetes/client-node";

import type { JsonObject } from "../../../rules/credspec/contents";

/** Versions of Windows Server that Kubernetes supports nodes of, by release: the third number of a build. */
export const VERSIONS = { 17763: "2019", 20348: "2022", 26100: "2025" } as const;
export type VersionName = (typeof VERSIONS)[keyof typeof VERSIONS];
export const VERSION_NAMES: readonly VersionName[] = Object.values(VERSIONS);

/** A version of Windows that nodes offer, and how Pods get there. */
export interface WindowsVersion {
  name: VersionName;
  /** Names of its nodes. */
  nodes: string[];
  nodeSelector: Record<string, string>;
  tolerations: V1Toleration[];
}

/** A copy of the credential spec with a grant of its own, which the run may change and revoke. */
export interface Copy {
  /** Of the GMSACredentialSpec, the ClusterRole and the RoleBinding. */
  name: string;
  namespace: string;
  serviceAccount: string;
  credspec: JsonObject;
}

/** What is asked inside of a container. */
export type Question = "kerberos" | "netlogon" | "hostname" | "share" | "sql";

/** One step of a case. Pods are created at the same time, and asked at the same time. */
export type Step =
  /** @param contents those that each Pod has to get; undefined of a Pod that uses no GMSA. */
  | { do: "create"; pods: V1Pod[]; contents: JsonObject | undefined; isRandomHostname?: true }
  /** Tries a Pod as a dry run. It has to be refused since the grant was revoked. */
  | { do: "be refused"; pod: V1Pod }
  | { do: "add"; pod: string; container: V1EphemeralContainer; contents: JsonObject }
  /** @param restarts the least restartCount. */
  | { do: "start"; pods: string[]; container: string; restarts: number }
  | { do: "ask"; pods: string[]; container: string; questions: readonly Question[] }
  /** Ends the program of a container, which its kubelet has to start again. */
  | { do: "end"; pod: string; container: string }
  | { do: "delete"; pod: string }
  | { do: "copy"; copy: Copy }
  | { do: "change"; copy: string; credspec: JsonObject }
  | { do: "revoke"; copy: Copy }
  /** Reads a Pod that has to hold these contents still. */
  | { do: "keep"; pod: string; contents: JsonObject };

/** One case, on one version of Windows. */
export interface Case {
  /** Such as "2022/pod-level". */
  id: string;
  windows: VersionName;
  title: string;
  /** What has to come of it, as a sentence. */
  expected: string;
  steps: Step[];
}

/** Where the questions about network services lead. */
export interface Targets {
  /** UNC path. */
  share?: string | undefined;
  /** SQL Server, as a connection string names it. */
  sql?: string | undefined;
}

/** What a plan is made from, beside what nodes offer. */
export interface PlanOptions extends Targets {
  /** Of this run: hexadecimal digits. */
  run: string;
  namespace: string;
  serviceAccount: string;
  /** Name of the GMSACredentialSpec of the user. */
  credspecName: string;
  credspec: JsonObject;
  /** Names of its account and of its domain. */
  account: string;
  domain: string;
  imageOf: (version: VersionName) => string;
}

/** On each object that a run creates, with the run as value. */
export const RUN_LABEL = "gmsa.pepr.dev/conformance";
/** On nodes whose Pods run nowhere. */
export const STAND_IN_ANNOTATION = "gmsa.pepr.dev/stand-in";

/** How each object of a run is called, with what it is for behind it. */
export function runName(run: string, ...of: string[]): string {
  return ["gmsa-conformance", run, ...of].join("-");
}
