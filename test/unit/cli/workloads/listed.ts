/** Objects as an API server lists them. */
import type { ListedObject } from "../../../../cli/workloads/gmsa-object";
import type { WindowsOptions } from "../../../../capabilities/windows-options";

/** How an object differs from one that has nothing to do with GMSA. */
export interface Listed {
  /** Kind and name of the controller that it belongs to. */
  owner?: [kind: string, name: string];
  /** Of the Pod. */
  options?: WindowsOptions;
  /** Of its only container. */
  containerOptions?: WindowsOptions;
  serviceAccountName?: string;
  status?: ListedObject["status"];
  replicas?: number;
}

export const NAMES_WEBAPP1: WindowsOptions = { gmsaCredentialSpecName: "webapp1" };

const API_VERSIONS: Readonly<Record<string, string>> = {
  Pod: "v1",
  ReplicationController: "v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
};

/** An object in namespace "shop". */
export function listed(kind: string, name: string, details: Listed = {}): ListedObject {
  const { owner, options, containerOptions, serviceAccountName, status, replicas } = details;
  const podSpec = {
    serviceAccountName,
    securityContext: { windowsOptions: options },
    containers: [{ name: "iis", securityContext: { windowsOptions: containerOptions } }],
  };
  const template = { spec: podSpec };
  const spec: object =
    kind === "Pod"
      ? podSpec
      : kind === "CronJob"
        ? { jobTemplate: { spec: { template } } }
        : { template, replicas };
  return {
    apiVersion: API_VERSIONS[kind] ?? "apps/v1",
    kind,
    metadata: {
      name,
      namespace: "shop",
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ kind: owner[0], name: owner[1], controller: true }] }),
    },
    spec,
    status,
  };
}
