/** Reads the reports that the DaemonSet of deploy/windows/node-report writes to the logs of its Pods. */
import { CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import * as z from "zod/mini";

import { limitConcurrency } from "../../kube/concurrency";
import { lookUp, type Lookup } from "../api/calls";
import { listAllPages } from "../../kube/pager";

/** The location of the reports; see deploy/windows/node-report. */
export const NODE_REPORT = {
  namespace: "gmsa-node-report",
  labels: "app.kubernetes.io/name=node-report",
  container: "report",
} as const;
const { namespace, labels: labelSelector, container } = NODE_REPORT;

/** Concurrent reads of logs. Each takes a connection to a kubelet. */
const AT_ONCE = 20;

/** An event of Microsoft-Windows-Containers-CCG/Admin. */
const ccgEvent = z.object({
  id: z.number(),
  time: z.string(),
  /** Class ID of the plug-in in the event. Empty if the event has none. */
  plugin: z.string(),
});

/** A line of the output of report.ps1. */
const reportLine = z.object({
  /** Such as 10.0.20348.2227. */
  osBuild: z.string(),
  /** Whether EnableCompartmentNamespace is 1. */
  compartmentNamespace: z.enum(["enabled", "disabled"]),
  // Reports of earlier versions do not have the fields below.
  /** Whether the node is joined to a domain. If it is not, `domain` is its workgroup. */
  domainJoined: z.optional(z.boolean()),
  domain: z.optional(z.string()),
  /** Class IDs of the plug-ins of Container Credential Guard. */
  plugins: z.optional(z.array(z.string())),
  /** Events of the last day, newest first; null if the node does not have the log. */
  ccgEvents: z.optional(z.nullable(z.array(ccgEvent))),
});

export type NodeReport = z.infer<typeof reportLine>;
export type CcgEvent = z.infer<typeof ccgEvent>;

/** The reports of the nodes. */
export interface NodeReports {
  /** By node name. */
  reports: Record<string, NodeReport>;
  /** By node name: why its Pod has not reported anything. */
  silent: Record<string, string>;
  /** Why reports could not be read; undefined if they could. */
  unknown?: string;
}

/**
 * Reads the nodes' reports. Missing rights of the user are not an error, because the other data may be
 * enough.
 */
export async function nodeReports(kubeConfig: KubeConfig): Promise<NodeReports> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const pods = await lookUp(`list pods in namespace ${namespace}`, () =>
    listAllPages(
      page => core.listNamespacedPod({ namespace, labelSelector, ...page }),
      pod => (pod.spec?.nodeName === undefined ? undefined : pod),
    ),
  );
  const found: NodeReports = { reports: {}, silent: {} };
  if (!pods.known) return { ...found, unknown: pods.why };
  const inTurn = limitConcurrency(AT_ONCE);
  await Promise.all(
    pods.value.map(async pod => {
      const node = pod.spec?.nodeName ?? "";
      const report = await inTurn(() => reportOf(core, pod));
      if (typeof report === "string") found.silent[node] = report;
      else found.reports[node] = report;
    }),
  );
  return found;
}

/** One node's report, or why it is not known. */
export async function nodeReport(
  kubeConfig: KubeConfig,
  node: string,
): Promise<Lookup<NodeReport>> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const fieldSelector = `spec.nodeName=${node}`;
  const pods = await lookUp(`list pods in namespace ${namespace}`, () =>
    core.listNamespacedPod({ namespace, labelSelector, fieldSelector }),
  );
  if (!pods.known) return pods;
  const [pod] = pods.value.items;
  const report = pod === undefined ? `${NOT_APPLIED} on ${node}` : await reportOf(core, pod);
  return typeof report === "string"
    ? { known: false, why: report, isForbidden: false }
    : { known: true, value: report };
}

const NOT_APPLIED = "deploy/windows/node-report does not run";

/** The report in the log of a node's Pod, or why there is none. */
async function reportOf(
  core: CoreV1Api,
  { metadata, status }: V1Pod,
): Promise<NodeReport | string> {
  const name = metadata?.name ?? "";
  const pod = `Pod/${name} in ${namespace}`;
  if (status?.phase !== "Running") return `${pod} is ${status?.phase ?? "unknown to its kubelet"}`;
  const log = await lookUp(`get pods/log in namespace ${namespace}`, () =>
    core.readNamespacedPodLog({ namespace, name, container, tailLines: 1 }),
  );
  return log.known
    ? (readReport(log.value) ?? `the log of ${pod} does not end with a report`)
    : log.why;
}

/** Parses the last line of a log. Undefined if it is not a report. */
export function readReport(line: string): NodeReport | undefined {
  try {
    const { data } = reportLine.safeParse(JSON.parse(line));
    return data;
  } catch {
    return undefined;
  }
}
