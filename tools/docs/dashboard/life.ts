/** Generates load in the cluster whose dashboard is drawn: a working day in a few minutes. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Bed } from "../../../testbed/bed/bed";
import { Objects } from "../../../testbed/objects/cluster-objects";
import { onWindows, podOf } from "../../../testbed/objects/pods";
import { validContents, validCredspec } from "../../../testbed/objects/valid-credspec";
import { workloadOf } from "../../../testbed/objects/workloads";

const NAMESPACE = "shop";
const ROLE = "use-gmsa-web";
/** Milliseconds between two Pods; the load rises and falls again. */
const PACE_MS = { calm: 900, busy: 250 };

/** Creates credential specs, a grant and service accounts. */
export async function settle(bed: Bed): Promise<Objects> {
  const objects = new Objects(bed.kubeConfig);
  await bed.createNamespace(NAMESPACE);
  for (const name of ["web", "batch"]) await objects.createCredspec(name, validCredspec(name));
  await objects.createUseRole(ROLE, ["web", "absent"]);
  await objects.createServiceAccount(NAMESPACE, "web");
  await objects.createServiceAccount(NAMESPACE, "guest");
  await grant(objects);
  return objects;
}

interface Life {
  bed: Bed;
  objects: Objects;
  signal: AbortSignal;
}

/**
 * Creates Pods as dry runs, one after the other, for the given time. Halfway through, it removes
 * the grant, and restores it after a fifth of the time.
 *
 * @throws when the signal is aborted.
 */
export async function live({ bed, objects, signal }: Life, milliseconds: number): Promise<void> {
  const start = Date.now();
  let isGranted = true;
  for (let number = 0; ; number++) {
    const passed = (Date.now() - start) / milliseconds;
    if (passed >= 1) return;
    const wanted = passed < 0.5 || passed > 0.7;
    if (wanted !== isGranted) {
      isGranted = wanted;
      await (wanted ? grant(objects) : takeBack(objects));
    }
    await createPods(objects, number);
    if (number % 25 === 0) await writeWorkload(bed, number % 50 === 0 ? "web" : "guest");
    await sleep(passed > 0.25 && passed < 0.8 ? PACE_MS.busy : PACE_MS.calm, undefined, {
      signal,
    });
  }
}

async function createPods(objects: Objects, number: number): Promise<void> {
  const create = async (account: string, credspec: string, contents?: string): Promise<void> => {
    const pod = podOf(NAMESPACE, "web", { serviceAccount: account, credspec, contents });
    await objects.createPod(pod, { dryRun: true });
  };
  await create("web", "web");
  if (number % 4 === 0) await create("web", "web", validContents("web"));
  if (number % 17 === 5) await create("guest", "web");
  if (number % 23 === 7) await create("web", "absent");
  if (number % 31 === 9) await create("web", "web", validContents("batch"));
}

async function writeWorkload(bed: Bed, account: string): Promise<void> {
  const { spec } = onWindows(podOf(NAMESPACE, "web", { serviceAccount: account, credspec: "web" }));
  const workload = workloadOf("Deployment", { name: "web", namespace: NAMESPACE }, spec);
  await bed.kubectl(["create", "--dry-run=server", "-f", "-"], { stdin: JSON.stringify(workload) });
}

async function grant(objects: Objects): Promise<void> {
  const subject = { kind: "ServiceAccount", name: "web", namespace: NAMESPACE };
  await objects.bindInNamespace(NAMESPACE, ROLE, subject);
}

async function takeBack(objects: Objects): Promise<void> {
  await objects.rbac.deleteNamespacedRoleBinding({ namespace: NAMESPACE, name: ROLE });
}
