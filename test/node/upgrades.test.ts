/** What happens to creates of GMSA Pods, 16 at a time for a minute, while replicas come and go. */
import { CoreV1Api, setHeaderOptions, PatchStrategy } from "@kubernetes/client-node";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { KubeInstallation } from "../../certificates/kube-installation";
import { PATH_SECRET, RENEW } from "../../certificates/names";
import { anotherBuild } from "../cluster/another-build";

import type { NodeBed } from "../node-cluster/node-bed";
import { attachNode } from "../setup/attach-node";
import { describeOnNode } from "../setup/node-stage";
import { eventually } from "../e2e/eventually";
import { describeLoad, PodLoad } from "./load";
import type { Failure, LoadReport } from "./load";
import {
  MANIFEST,
  MODULE_NAMESPACE,
  servingDeployment,
  settled,
  someServingPod,
} from "./module-pods";

const CONCURRENCY = 16;
const TLS_SECRET = { namespace: MODULE_NAMESPACE, name: "pepr-gmsa-tls" };
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

  test("a new build is applied", async () => {
    const manifest = anotherBuild(readFileSync(MANIFEST, "utf8"), "another build");
    const before = await identity();
    const report = await whileLoaded(async () => {
      await bed.kubectl(["apply", "-f", "-"], { stdin: manifest });
      await bed.waitForRollout();
      await settled(bed, deployment);
    });

    expect(report).toMatchObject({ failures: [], unchecked: [] });
    expect(report.admitted).toBeGreaterThan(500);
    expect(await identity()).toEqual(before);
  }, 300_000);

  test("it is rolled back", async () => {
    const report = await whileLoaded(async () => {
      await bed.kubectl(["rollout", "undo", ...inModule, `deployment/${deployment.name}`]);
      await bed.waitForRollout();
      await settled(bed, deployment);
    });

    expect(report).toMatchObject({ failures: [], unchecked: [] });
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  test("certificates are rotated", async () => {
    const before = await identity();
    const report = await whileLoaded(async () => {
      await core().patchNamespacedSecret(
        { ...TLS_SECRET, body: { metadata: { annotations: { [RENEW]: "test" } } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
      await eventually(identity, ({ certificate }) => certificate !== before.certificate, 60_000);
      const { certificate } = await identity();
      const { fingerprint256 } = new X509Certificate(certificate);
      await eventually(
        () => new KubeInstallation(bed.kubeConfig).servedFingerprints(),
        served => served.length === deployment.replicas && served.every(f => f === fingerprint256),
        150_000,
      );
    });

    expect(report).toMatchObject({ failures: [], unchecked: [] });
    expect(report.admitted).toBeGreaterThan(500);
    expect(await identity()).toMatchObject({ apiPath: before.apiPath });
  }, 400_000);

  test("a rollout restart", async () => {
    const report = await whileLoaded(async () => {
      await bed.kubectl(["rollout", "restart", ...inModule, `deployment/${deployment.name}`]);
      await bed.waitForRollout();
      await settled(bed, deployment);
    });

    expect(report).toMatchObject({ failures: [], unchecked: [] });
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

    expect(report).toMatchObject({ failures: [], unchecked: [] });
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
    // Other tests on this node see Pods that were never started twice.
    await bed.kubectl(["delete", "pod", ...inModule, pod]);
    await settled(bed, deployment);

    // What it was working on, and what kube-proxy still sent to it until its end was seen.
    expect(spanOf(report.failures)).toBeLessThan(5000);
    expect(report.unchecked).toEqual([]);
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  function core(): CoreV1Api {
    return bed.kubeConfig.makeApiClient(CoreV1Api);
  }

  /** What makes the installation the one it is. */
  async function identity(): Promise<{ certificate: string; apiPath: string }> {
    const [tls, path] = await Promise.all([
      core().readNamespacedSecret(TLS_SECRET),
      core().readNamespacedSecret({ namespace: MODULE_NAMESPACE, name: PATH_SECRET }),
    ]);
    const decoded = (text = ""): string => Buffer.from(text, "base64").toString();
    return { certificate: decoded(tls.data?.["tls.crt"]), apiPath: decoded(path.data?.value) };
  }

  /** Milliseconds from the first failure to the last. */
  function spanOf(failures: readonly Failure[]): number {
    return (failures.at(-1)?.at ?? 0) - (failures[0]?.at ?? 0);
  }

  async function whileLoaded(act: () => Promise<void>): Promise<LoadReport> {
    const report = await load.during(act, { concurrency: CONCURRENCY, seconds: 60 });
    const test = expect.getState().currentTestName ?? "";
    // Not by console, which adds a stack to each line.
    process.stderr.write(`${test}: ${describeLoad(report)}\n`);
    return report;
  }
});
