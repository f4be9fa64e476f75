/** `gmsa doctor` reads the log of a Pod of deploy/windows/node-report through a real kubelet. */
import { CoreV1Api } from "@kubernetes/client-node";

import type { Report } from "../../cli/diagnosis/report/examine";
import { NODE_REPORT } from "../../cli/inspect/node-reports";
import { eventually } from "../../testbed/objects/eventually";
import { BUSYBOX_IMAGE } from "../../testbed/node/images";
import type { NodeBed } from "../../testbed/node/node-bed";
import { gmsa } from "../support/gmsa-program";
import { attachNode } from "../setup/attach-node";
import { describeOnNode } from "../setup/node-stage";

const { namespace, labels, container } = NODE_REPORT;
const POD = "stand-in";
const OS_LABEL = "kubernetes.io/os";

/** The output of report.ps1, with a value that changes while it runs. */
const SCRIPT = `
report() { printf '{"osBuild":"10.0.20348.2227","compartmentNamespace":"%s"}\\r\\n' $1; }
report disabled
until [ -e /tmp/enabled ]; do sleep 0.1; done
report enabled
sleep 3600
`;

/** The kubelet may restore the label before doctor has read it, several times on a busy machine. */
const PATIENCE_MS = 60_000;

describeOnNode("node reports on a real node", () => {
  const node = attachNode();
  let bed: NodeBed;
  let core: CoreV1Api;
  let nodeName: string;

  beforeAll(async () => {
    bed = node();
    core = bed.kubeConfig.makeApiClient(CoreV1Api);
    await bed.createNamespace(namespace);
    const [label = "", value = ""] = labels.split("=");
    await core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: POD, labels: { [label]: value } },
        spec: {
          containers: [
            { name: container, image: BUSYBOX_IMAGE, command: ["sh", "-c", SCRIPT] },
            // The doctor ignores the log of this container.
            {
              name: "injected",
              image: BUSYBOX_IMAGE,
              command: ["sh", "-c", "echo {}; sleep 3600"],
            },
          ],
          terminationGracePeriodSeconds: 0,
        },
      },
    });
    const pod = await eventually(
      () => core.readNamespacedPod({ namespace, name: POD }),
      ({ status }) => status?.phase === "Running",
      60_000,
    );
    nodeName = pod.spec?.nodeName ?? "";
  }, 120_000);

  afterAll(async () => {
    await bed.kubectl(["label", "node", nodeName, "--overwrite", `${OS_LABEL}=linux`]);
    await bed.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  });

  /**
   * Labels the node as a Windows node. The kubelet restores the label with each status report,
   * every two seconds, which is less than the command takes on a busy machine. So the label is set
   * repeatedly.
   */
  async function onWindows<Result>(work: () => Promise<Result>): Promise<Result> {
    const path = `/metadata/labels/${OS_LABEL.replace("/", "~1")}`;
    const label = (): Promise<unknown> =>
      core.patchNode({ name: nodeName, body: [{ op: "replace", path, value: "windows" }] });
    await label();
    const again = setInterval(() => void label().catch(() => undefined), 100);
    try {
      return await work();
    } finally {
      clearInterval(again);
    }
  }

  async function observed(): Promise<{ level: string; message: string } | undefined> {
    const args = ["doctor", "--check", "node-compartments", "-o", "json"];
    const { stdout } = await onWindows(() =>
      gmsa(args, { env: { KUBECONFIG: bed.kubeconfigPath } }),
    );
    return (JSON.parse(stdout) as Report).checks[0]?.observed[0];
  }

  test("the last line of the log counts", async () => {
    expect(await eventually(observed, one => one?.level === "warn", PATIENCE_MS)).toMatchObject({
      message: expect.stringContaining(
        `Node/${nodeName} does not have EnableCompartmentNamespace set`,
      ) as string,
    });
    await bed.kubectl([
      "exec",
      "-n",
      namespace,
      POD,
      "-c",
      container,
      "--",
      "touch",
      "/tmp/enabled",
    ]);
    expect(await eventually(observed, one => one?.level === "pass", PATIENCE_MS)).toEqual({
      level: "pass",
      message: `Node/${nodeName} has EnableCompartmentNamespace set`,
    });
  }, 180_000);
});
