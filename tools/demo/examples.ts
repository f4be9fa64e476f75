/** Creates the Pods in examples/ on a real API server and collects the results. */
import { AppsV1Api, CoreV1Api, type V1Deployment, type V1Pod } from "@kubernetes/client-node";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";

import { gmsaPlacesOf, type GmsaPlace, type PodLike } from "../../rules/pod/windows-options";
import type { Bed } from "../../testbed/bed/bed";

/** The folder, which is a kustomization of the admitted examples. */
export const EXAMPLES = resolve(__dirname, "../../examples");
const NAMESPACE = "gmsa-demo";
const WAIT_MS = 30_000;

/** A Pod of an example's Deployment. */
export interface AdmittedPod {
  /** File name of the example. */
  from: string;
  name: string;
  /** Pod or container fields with GMSA settings. */
  places: { field: string; credspecName: string; contents: string }[];
}

/** The Pods of the Deployments, as admitted. */
export async function admittedPods(bed: Bed): Promise<AdmittedPod[]> {
  const files = ["deployment-pod-level.yaml", "deployment-container-level.yaml"];
  return Promise.all(
    files.map(async file => {
      const from = join(EXAMPLES, file);
      const deployment = parse(readFileSync(from, "utf8")) as V1Deployment;
      const pod = await podOf(bed, deployment);
      return {
        from,
        name: pod.metadata?.name ?? "",
        places: gmsaPlacesOf(pod as PodLike).map(place => ({ ...place, field: fieldOf(place) })),
      };
    }),
  );
}

/** kubectl's message for each refused example. */
export async function refusals(bed: Bed): Promise<{ file: string; message: string }[]> {
  const folder = join(EXAMPLES, "refused");
  const results: { file: string; message: string }[] = [];
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    const { code, stderr } = await bed.kubectl(["apply", "-f", file], { allowFailure: true });
    if (code === 0) throw new Error(`${name} was admitted, and should have been refused`);
    results.push({ file, message: messageIn(stderr) });
  }
  return results;
}

/** Creates the Pod without GMSA, and reports annotations that were added to it. */
export async function plainPod(bed: Bed): Promise<{ file: string; changes: string[] }> {
  const file = join(EXAMPLES, "plain-pod.yaml");
  await bed.kubectl(["apply", "-f", file]);
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const { metadata, spec } = await core.readNamespacedPod({
    namespace: NAMESPACE,
    name: "plain-pod",
  });
  const annotations = Object.keys(metadata?.annotations ?? {}).filter(
    key => key !== "kubectl.kubernetes.io/last-applied-configuration",
  );
  const places = gmsaPlacesOf({ spec: spec }).map(fieldOf);
  return { file, changes: [...annotations, ...places] };
}

/** The Deployment's Pod or, without a controller manager, a Pod from its template. */
async function podOf(bed: Bed, deployment: V1Deployment): Promise<V1Pod> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  if (bed.hasControllerManager) return firstPodOf(bed, deployment);
  const name = deployment.metadata?.name;
  const body = { metadata: { name }, spec: deployment.spec?.template.spec };
  return core.createNamespacedPod({ namespace: NAMESPACE, body });
}

async function firstPodOf(bed: Bed, deployment: V1Deployment): Promise<V1Pod> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const labels = Object.entries(deployment.spec?.selector.matchLabels ?? {});
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(",");
  const end = Date.now() + WAIT_MS;
  while (Date.now() < end) {
    const { items } = await core.listNamespacedPod({ namespace: NAMESPACE, labelSelector });
    if (items[0] !== undefined) return items[0];
    await sleep(100);
  }
  throw new Error(await whyNoPod(bed, deployment));
}

async function whyNoPod(bed: Bed, { metadata }: V1Deployment): Promise<string> {
  const apps = bed.kubeConfig.makeApiClient(AppsV1Api);
  const { status } = await apps.readNamespacedDeployment({
    namespace: NAMESPACE,
    name: metadata?.name ?? "",
  });
  const messages = (status?.conditions ?? []).map(({ message }) => message).join("; ");
  return `Deployment ${metadata?.name ?? ""} has no Pod after ${WAIT_MS / 1000} s: ${messages}`;
}

function fieldOf(place: GmsaPlace): string {
  const holder = place.kind === "pod" ? "the Pod" : `${place.kind} "${place.name}"`;
  return `securityContext.windowsOptions of ${holder}`;
}

/** The message in kubectl's output, without the file that the object comes from. */
function messageIn(stderr: string): string {
  const errors = stderr.split("\n").filter(line => line.startsWith("Error from server"));
  return errors.map(line => line.replace(/: error when creating ".*?": /, ": ")).join("\n    ");
}
