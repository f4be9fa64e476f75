/** The Pods of the installed module. */
import { CoreV1Api } from "@kubernetes/client-node";
import type { V1Pod } from "@kubernetes/client-node";
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

import type { NodeBed } from "../../testbed/node/node-bed";
import { eventually } from "../../testbed/objects/eventually";
import { MANIFEST } from "../../testbed/manifests/built-manifest";

export const MODULE_NAMESPACE = "pepr-system";

/** The fields of a Deployment that tests read. */
export interface DeploymentManifest {
  name: string;
  replicas: number;
  /** Labels of its Pods. */
  matchLabels: Record<string, string>;
}

interface ManifestObject {
  kind: string;
  metadata: { name: string };
  spec?: { replicas?: number; selector?: { matchLabels?: Record<string, string> } };
}

/** All Deployments of the manifest. */
export function deployments(): DeploymentManifest[] {
  return parseAllDocuments(readFileSync(MANIFEST, "utf8"))
    .map(document => document.toJS() as ManifestObject)
    .filter(({ kind }) => kind === "Deployment")
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      replicas: spec?.replicas ?? 1,
      matchLabels: spec?.selector?.matchLabels ?? {},
    }));
}

/** The Deployment of the webhook's replicas. */
export function servingDeployment(): DeploymentManifest {
  const found = deployments().find(({ name }) => name === "pepr-gmsa");
  if (found === undefined) throw new Error("the manifest has no Deployment pepr-gmsa");
  return found;
}

/** The Pods of a Deployment, including those that are terminating. */
export function podsOf(bed: NodeBed, { matchLabels }: DeploymentManifest): Promise<V1Pod[]> {
  return podsMatching(bed, matchLabels);
}

/** The module's Pods with these labels. */
export async function podsMatching(
  bed: NodeBed,
  matchLabels: Readonly<Record<string, string>>,
): Promise<V1Pod[]> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const labelSelector = Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const { items } = await core.listNamespacedPod({ namespace: MODULE_NAMESPACE, labelSelector });
  return items;
}

/** Whether a Pod is ready and not terminating. */
export function isReady({ metadata, status }: V1Pod): boolean {
  const conditions = status?.conditions ?? [];
  const ready = conditions.some(({ type, status: value }) => type === "Ready" && value === "True");
  return ready && metadata?.deletionTimestamp === undefined;
}

/** The name of a Pod, which always has one. */
export function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? "";
}

/** Waits until a Deployment has exactly the Pods that it requests, all ready. */
export function settled(bed: NodeBed, deployment: DeploymentManifest): Promise<V1Pod[]> {
  return eventually(
    () => podsOf(bed, deployment),
    pods => pods.length === deployment.replicas && pods.every(isReady),
    180_000,
  );
}

/** A ready Pod of the webhook's Deployment. */
export async function someServingPod(bed: NodeBed): Promise<string> {
  const [pod] = (await podsOf(bed, servingDeployment())).filter(isReady);
  if (pod === undefined) throw new Error("no Pod of the module is ready");
  return nameOf(pod);
}

/**
 * The ready one of these Pods with the most connections. The API server reuses its connections, so
 * a replica that started later may have none, and its loss would have no effect.
 */
export async function busiestPod(bed: NodeBed): Promise<string> {
  const ready = (await podsOf(bed, servingDeployment())).filter(isReady);
  const counted = await Promise.all(
    ready.map(async pod => ({ name: nameOf(pod), connections: await connectionsOf(bed, pod) })),
  );
  const [busiest] = counted.sort((a, b) => b.connections - a.connections);
  if (busiest === undefined || busiest.connections === 0) {
    throw new Error(`no Pod of the module is ready and in use: ${JSON.stringify(counted)}`);
  }
  return busiest.name;
}

/** The number of established connections to its port 10250. */
async function connectionsOf(bed: NodeBed, pod: V1Pod): Promise<number> {
  const pid = await bed.processOf({ namespace: MODULE_NAMESPACE, pod: nameOf(pod) });
  const { stdout } = await bed.node.exec(["cat", `/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`]);
  // Addresses and ports are hexadecimal, and 01 is the kernel's code for "established".
  return [...stdout.matchAll(/:280A [0-9A-F]+:[0-9A-F]{4} 01 /g)].length;
}
