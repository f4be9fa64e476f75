/** What happens to creates of GMSA Pods, 16 at a time for a minute, while replicas come and go. */
import { setTimeout as sleep } from "node:timers/promises";

import type { NodeBed } from "../node-cluster/node-bed";
import { attachNode } from "../setup/attach-node";
import { describeOnNode } from "../setup/node-stage";
import { eventually } from "../e2e/eventually";
import { describeLoad, PodLoad } from "./load";
import type { LoadReport } from "./load";
import { MODULE_NAMESPACE, servingDeployment, settled, someServingPod } from "./module-pods";

const CONCURRENCY = 16;
const deployment = servingDeployment();
const inModule = ["-n", MODULE_NAMESPACE];

describeOnNode("under a constant load", () => {
  const node = attachNode();
  let bed: NodeBed;
  let load: PodLoad;

  beforeAll(async () => {
    bed = node();
    await settled(bed, deployment);
    load = await PodLoad.prepare(bed);
    await eventually(
      () => load.create(),
      ({ admitted }) => admitted,
    );
  }, 240_000);

  afterAll(async () => {
    await load.remove();
  });

  test("a rollout restart", async () => {
    const report = await whileLoaded(async () => {
      await bed.kubectl(["rollout", "restart", ...inModule, `deployment/${deployment.name}`]);
      await bed.waitForRollout();
      await settled(bed, deployment);
    });

    // As many as are under way when a replica is killed at the end of its grace period.
    expect(report.failures.length).toBeLessThanOrEqual(2 * CONCURRENCY * deployment.replicas);
    expect(report.unchecked).toEqual([]);
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  test("the drain of a node that has one of the replicas", async () => {
    const pod = await someServingPod(bed);
    await bed.kubectl(["label", "pod", ...inModule, pod, "example.com/drain=yes"]);
    const report = await whileLoaded(async () => {
      await bed.kubectl([
        ...["drain", bed.node.name, "--pod-selector=example.com/drain=yes"],
        ...["--delete-emptydir-data", "--timeout=120s"],
      ]);
      // The only node: the replica that takes its place waits for it.
      await bed.kubectl(["uncordon", bed.node.name]);
      await settled(bed, deployment);
    });

    expect(report.failures.length).toBeLessThanOrEqual(CONCURRENCY);
    expect(report.unchecked).toEqual([]);
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  test("kill -9 of a replica", async () => {
    const pod = await someServingPod(bed);
    const report = await whileLoaded(async () => {
      await bed.signal({ namespace: MODULE_NAMESPACE, pod }, "SIGKILL");
      // Until its end is seen it still counts as ready.
      await sleep(5000);
      await settled(bed, deployment);
    });

    // What it was working on.
    expect(report.failures.length).toBeLessThanOrEqual(CONCURRENCY);
    expect(report.unchecked).toEqual([]);
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  async function whileLoaded(act: () => Promise<void>): Promise<LoadReport> {
    const report = await load.during(act, { concurrency: CONCURRENCY, seconds: 60 });
    const test = expect.getState().currentTestName ?? "";
    // Not by console, which adds a stack to each line.
    process.stderr.write(`${test}: ${describeLoad(report)}\n`);
    return report;
  }
});
