/** The parts of a run of `gmsa conformance`: versions of Windows, cases, and the steps of a case. */
import type { V1EphemeralContainer, V1Pod, V1Toleration } from "@kubernetes/client-node";

import type { JsonObject } from "../../../rules/json-object";

/** Versions of Windows Server that Kubernetes supports on nodes, by release: the third number of a build. */
export const VERSIONS = { 17763: "2019", 20348: "2022", 26100: "2025" } as const;
export type VersionName = (typeof VERSIONS)[keyof typeof VERSIONS];
export const VERSION_NAMES: readonly VersionName[] = Object.values(VERSIONS);

/** A version of Windows that nodes offer, and how to schedule Pods on them. */
export interface WindowsVersion {
  name: VersionName;
  /** Names of its nodes. */
  nodes: string[];
  nodeSelector: Record<string, string>;
  tolerations: V1Toleration[];
}

/** A copy of the credential spec with its own grant. The run may change it and revoke the grant. */
export interface Copy {
  /** Name of the GMSACredentialSpec, the ClusterRole and the RoleBinding. */
  name: string;
  namespace: string;
  serviceAccount: string;
  credspec: JsonObject;
}

/** A question to a container. */
export type Question = "kerberos" | "netlogon" | "hostname" | "share" | "sql";

/** One step of a case. Its Pods are created concurrently, and asked concurrently. */
export type Step =
  /** @param contents the contents that each Pod must get; undefined for a Pod without GMSA. */
  | { do: "create"; pods: V1Pod[]; contents: JsonObject | undefined; isRandomHostname?: true }
  /** Tries a Pod as a dry run. It must be refused, because the grant was revoked. */
  | { do: "be refused"; pod: V1Pod }
  | { do: "add"; pod: string; container: V1EphemeralContainer; contents: JsonObject }
  /** @param restarts the minimum restartCount. */
  | { do: "start"; pods: string[]; container: string; restarts: number }
  | { do: "ask"; pods: string[]; container: string; questions: readonly Question[] }
  /** Ends the program of a container. The kubelet must restart it. */
  | { do: "end"; pod: string; container: string }
  | { do: "delete"; pod: string }
  | { do: "copy"; copy: Copy }
  | { do: "change"; copy: string; credspec: JsonObject }
  | { do: "revoke"; copy: Copy }
  /** Reads a Pod, which must still have these contents. */
  | { do: "keep"; pod: string; contents: JsonObject };

/** One case, on one version of Windows. */
export interface Case {
  /** Such as "2022/pod-level". */
  id: string;
  windows: VersionName;
  title: string;
  /** The expected result, as a sentence. */
  expected: string;
  steps: Step[];
}

/** The network services that questions are about. */
export interface Targets {
  /** UNC path. */
  share?: string | undefined;
  /** SQL Server, in the form of a connection string. */
  sql?: string | undefined;
}

/** The inputs of a plan, except what the nodes offer. */
export interface PlanOptions extends Targets {
  /** ID of the run: hexadecimal digits. */
  run: string;
  namespace: string;
  serviceAccount: string;
  /** Name of the user's GMSACredentialSpec. */
  credspecName: string;
  credspec: JsonObject;
  /** Names of its account and domain. */
  account: string;
  domain: string;
  imageOf: (version: VersionName) => string;
}

/** Label of each object that a run creates. Its value is the ID of the run. */
export const RUN_LABEL = "gmsa.pepr.dev/conformance";
/** Annotation of nodes that do not really run their Pods. */
export const STAND_IN_ANNOTATION = "gmsa.pepr.dev/stand-in";

/** Names an object of a run, with its purpose as suffix. */
export function runName(run: string, ...of: string[]): string {
  return ["gmsa-conformance", run, ...of].join("-");
}
