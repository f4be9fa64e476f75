/** deploy/windows on a real API server: its Pods go to Windows nodes. */
import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import { join } from "node:path";

import { attachBed } from "../setup/attach-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "./eventually";

const FOLDER = join(__dirname, "../../deploy/windows/compartment-namespace");
const NODE = "gmsa-test-windows";

// It would change the nodes of a cluster of the user's.
describeOnOwnBed("deploy/windows", () => {
  const bed = attachBed();
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const apps = bed.kubeConfig.makeApiClient(AppsV1Api);

  afterAll(async () => {
    await bed.kubectl(["delete", "-k", FOLDER, "--ignore-not-found", "--wait=false"]);
    await core.deleteNode({ name: NODE });
  });

  test("the DaemonSet is admitted, and makes a Pod for a Windows node", async () => {
    await core.createNode({
      body: {
        metadata: { name: NODE, labels: { "kubernetes.io/os": "windows" } },
        // As many Windows nodes are, so that nothing else lands there.
        spec: { taints: [{ key: "os", value: "windows", effect: "NoSchedule" }] },
      },
    });
    await bed.kubectl(["apply", "-k", FOLDER]);
    if (!bed.hasControllerManager) return;
    const daemonSet = await eventually(
      () =>
        apps.readNamespacedDaemonSet({ namespace: "gmsa-windows", name: "compartment-namespace" }),
      ({ status }) => (status?.currentNumberScheduled ?? 0) > 0,
      30_000,
    );
    expect(daemonSet.status?.currentNumberScheduled).toBeGreaterThan(0);
    const { items } = await core.listNamespacedPod({ namespace: "gmsa-windows" });
    const wanted = items.map(({ spec }) => JSON.stringify(spec?.affinity)).join();
    expect(wanted).toContain(NODE);
  });
});
