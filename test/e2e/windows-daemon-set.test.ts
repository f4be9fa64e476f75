/** deploy/windows on a real API server: its Pods are scheduled to Windows nodes. */
import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import type { V1Pod } from "@kubernetes/client-node";
import { join } from "node:path";

import { NODE_REPORT } from "../../cli/inspect/node-reports";
import { gmsa } from "../support/gmsa-program";
import { attachBed } from "../setup/attach-bed";
import { describeOnOwnBed } from "../setup/own-bed";
import type { Report } from "../../cli/diagnosis/report/examine";
import { eventually } from "../../testbed/objects/eventually";

const WINDOWS = join(__dirname, "../../deploy/windows");
const NODE = "gmsa-test-windows";
const DAEMON_SETS = [
  { name: "compartment-namespace", namespace: "gmsa-windows" },
  { name: "node-report", namespace: NODE_REPORT.namespace },
];

// It would change the nodes of a user's cluster.
describeOnOwnBed("deploy/windows", () => {
  const bed = attachBed();
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const apps = bed.kubeConfig.makeApiClient(AppsV1Api);

  beforeAll(async () => {
    await core.createNode({
      body: {
        metadata: { name: NODE, labels: { "kubernetes.io/os": "windows" } },
        // Many Windows nodes have this taint, so that no other Pods are scheduled there.
        spec: { taints: [{ key: "os", value: "windows", effect: "NoSchedule" }] },
      },
    });
  });

  afterAll(async () => {
    for (const { name } of DAEMON_SETS) {
      const folder = join(WINDOWS, name);
      await bed.kubectl(["delete", "-k", folder, "--ignore-not-found", "--wait=false"]);
    }
    await core.deleteNode({ name: NODE });
  });

  async function podOf(namespace: string): Promise<V1Pod | undefined> {
    const { items } = await core.listNamespacedPod({ namespace });
    return items.find(({ spec }) => JSON.stringify(spec?.affinity).includes(NODE));
  }

  test.each(DAEMON_SETS)(
    "the DaemonSet $name is admitted, and makes a Pod for a Windows node",
    async ({ name, namespace }) => {
      await bed.kubectl(["apply", "-k", join(WINDOWS, name)]);
      if (!bed.hasControllerManager) return;
      const daemonSet = await eventually(
        () => apps.readNamespacedDaemonSet({ namespace, name }),
        ({ status }) => (status?.currentNumberScheduled ?? 0) > 0,
        30_000,
      );
      expect(daemonSet.status?.currentNumberScheduled).toBeGreaterThan(0);
      expect(await podOf(namespace)).toBeDefined();
    },
  );

  test("gmsa doctor shows why a node has not reported", async () => {
    if (!bed.hasControllerManager) return;
    const { namespace } = NODE_REPORT;
    const name = (await podOf(namespace))?.metadata?.name ?? "";
    const said = async (): Promise<unknown> => {
      const { stdout } = await gmsa(["doctor", "--check", "node-compartments", "-o", "json"], {
        env: { KUBECONFIG: bed.kubeconfigPath },
      });
      const { checks } = JSON.parse(stdout) as Report;
      return checks[0]?.observed.find(({ message }) => message.includes(NODE));
    };
    expect(await said()).toMatchObject({
      level: "skip",
      message: `Node/${NODE} does not report EnableCompartmentNamespace`,
    });

    // Acts as scheduler and kubelet.
    await core.createNamespacedPodBinding({
      ...{ name, namespace },
      body: { metadata: { name }, target: { kind: "Node", name: NODE } },
    });
    expect(await said()).toMatchObject({
      level: "unknown",
      message: `EnableCompartmentNamespace of Node/${NODE}: Pod/${name} in ${namespace} is Pending`,
    });

    const running = JSON.stringify({ status: { phase: "Running" } });
    const pod = ["pod", name, "-n", namespace];
    await bed.kubectl(["patch", ...pod, "--subresource=status", "-p", running]);
    // Without a kubelet, there is no log.
    expect(await said()).toMatchObject({
      level: "unknown",
      message: expect.stringMatching(
        `^EnableCompartmentNamespace of Node/${NODE}: the API server answered \\d+`,
      ) as string,
    });
  });
});
