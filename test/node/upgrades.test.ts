/** Creates GMSA Pods, 16 at a time for half a minute or more, while replicas start and stop. */
import { CoreV1Api, setHeaderOptions, PatchStrategy } from "@kubernetes/client-node";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { KubeInstallation } from "../../certificates/kube-installation";
import { PATH_SECRET } from "../../kube/installation-names";
import { RENEW } from "../../certificates/annotations";
import { renewalDate } from "../../certificates/plan";
import { failedCallIn } from "../../rules/canary/call-failure";
import type { CallFailure } from "../../rules/canary/probe-answer";
import { anotherBuild } from "../../testbed/manifests/another-build";

import type { NodeBed } from "../../testbed/node/node-bed";
import { attachNode } from "../setup/attach-node";
import { describeOnNode } from "../setup/node-stage";
import { eventually } from "../../testbed/objects/eventually";
import { describeLoad, PodLoad } from "./creation-load";
import type { Failure, LoadReport } from "./creation-load";
import {
  MODULE_NAMESPACE,
  busiestPod,
  servingDeployment,
  settled,
  someServingPod,
} from "./module-pods";
import { MANIFEST } from "../../testbed/manifests/built-manifest";

const CONCURRENCY = 16;
const TLS_SECRET = { namespace: MODULE_NAMESPACE, name: "pepr-gmsa-tls" };
/** Why the API server cannot call a process that has exited. */
const BROKEN_CALL: readonly CallFailure[] = ["connection refused", "connection closed", "no route"];
/** Why the API server cannot call a process that does not answer. */
const TIMED_OUT: readonly CallFailure[] = ["time-out"];
const KEEPER = "deployment/pepr-gmsa-certificates";
const DAY_MS = 24 * 3600 * 1000;
const deployment = servingDeployment();
const inModule = ["-n", MODULE_NAMESPACE];

/** The contents of the installation's Secrets. */
interface Stored {
  certificate: string;
  ca: string;
  apiPath: string;
}

/**
 * Validity in days of a certificate that is due for renewal this many seconds after its creation:
 * its validity begins an hour before its creation, and renewal is due when a quarter is left.
 */
function daysUntilRenewedAfter(seconds: number): number {
  return ((3600 + seconds) / 0.75 - 3600) / (DAY_MS / 1000);
}

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

  test("certificates are rotated when somebody asks, and renewed when it is time", async () => {
    const yearly = await identity();
    await setKeeper(`CERTIFICATE_DAYS=${daysUntilRenewedAfter(80)}`, "TRUST_OLD_MINUTES=0.1");
    const asked = Date.now();
    let due = 0;
    const report = await whileLoaded(async () => {
      await core().patchNamespacedSecret(
        { ...TLS_SECRET, body: { metadata: { annotations: { [RENEW]: "test" } } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
      const shortLived = await rotatedFrom(yearly);
      due = renewalDate(new X509Certificate(shortLived.certificate)).getTime();
      // The next certificate is valid for a year again.
      await setKeeper("CERTIFICATE_DAYS-");
      await noReplicaServes(yearly);

      const renewed = await rotatedFrom(shortLived);
      await noReplicaServes(shortLived);
      await eventually(trusted, bundles => bundles.every(ca => ca === renewed.ca), 60_000);
    });
    const { pair } = await new KubeInstallation(bed.kubeConfig).observe();
    await setKeeper("TRUST_OLD_MINUTES-");

    expect(report).toMatchObject({ failures: [], unchecked: [] });
    expect(report.admitted).toBeGreaterThan(500);
    // One rotation was requested. The certificate controller made the other one on its own, not
    // before it was due.
    const rotations = pair.rotations.map(date => date.getTime()).filter(time => time > asked);
    expect(rotations).toHaveLength(2);
    expect(rotations[1]).toBeGreaterThan(due);
    const renewed = await identity();
    expect(renewed).toMatchObject({ apiPath: yearly.apiPath });
    const { validTo } = new X509Certificate(renewed.certificate);
    expect((Date.parse(validTo) - Date.now()) / DAY_MS).toBeGreaterThan(364);
  }, 600_000);

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
      // This is the only node, so the replacement replica waits for it.
      await bed.kubectl(["uncordon", bed.node.name]);
      await settled(bed, deployment);
    });

    expect(report).toMatchObject({ failures: [], unchecked: [] });
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  test("kill -9 of a replica", async () => {
    let pod = "";
    const report = await whileLoaded(async () => {
      pod = await busiestPod(bed);
      await bed.signal({ namespace: MODULE_NAMESPACE, pod }, "SIGKILL");
      // Until its end is detected, it still counts as ready.
      await sleep(5000);
      await settled(bed, deployment);
    });
    // Otherwise the kubelet would delay the next restart of the container.
    await bed.kubectl(["delete", "pod", ...inModule, pod]);
    await settled(bed, deployment);

    // The requests that it was handling, and those that kube-proxy sent to it until its end was
    // detected: broken calls, but no refusals by the other replica.
    expect(except(BROKEN_CALL, report.failures)).toEqual([]);
    expect(spanOf(report.failures)).toBeLessThan(5000);
    // Lasts until its node detects the end: longer on a busy machine, which also creates fewer
    // Pods.
    expect(report.failures.length).toBeLessThan(report.admitted / 25);
    expect(report.unchecked).toEqual([]);
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  test("a replica that is frozen", async () => {
    let pod = "";
    const report = await whileLoaded(async () => {
      pod = await busiestPod(bed);
      await bed.signal({ namespace: MODULE_NAMESPACE, pod }, "SIGSTOP");
      const fieldSelector = `involvedObject.name=${pod},reason=Killing`;
      await eventually(
        () => core().listNamespacedEvent({ namespace: MODULE_NAMESPACE, fieldSelector }),
        ({ items }) => items.some(({ message = "" }) => /failed liveness probe/.test(message)),
        60_000,
      );
    }, 45);
    // Otherwise the kubelet gives it another 45 s to exit.
    await bed.kubectl(["delete", "pod", ...inModule, pod, "--grace-period=0", "--force"]);
    await settled(bed, deployment);

    // The requests that it was handling, and one later request on each idle connection.
    expect(except(TIMED_OUT, report.failures)).toEqual([]);
    expect(report.failures).not.toEqual([]);
    expect(report.failures.length).toBeLessThanOrEqual(3 * CONCURRENCY);
    expect(spanOf(report.failures)).toBeLessThan(25_000);
    expect(report.unchecked).toEqual([]);
    expect(report.admitted).toBeGreaterThan(500);
  }, 300_000);

  function core(): CoreV1Api {
    return bed.kubeConfig.makeApiClient(CoreV1Api);
  }

  /** Sets environment variables of the certificate controller; removes those that end with "-". */
  async function setKeeper(...variables: string[]): Promise<void> {
    await bed.kubectl(["set", "env", ...inModule, KEEPER, ...variables]);
    await bed.kubectl(["rollout", "status", ...inModule, KEEPER, "--timeout=120s"]);
  }

  /** Waits until the certificate has changed. */
  function rotatedFrom({ certificate }: Stored): Promise<Stored> {
    return eventually(identity, stored => stored.certificate !== certificate, 180_000);
  }

  /** Waits until every replica serves another certificate. */
  async function noReplicaServes({ certificate }: Stored): Promise<void> {
    const { fingerprint256 } = new X509Certificate(certificate);
    await eventually(
      () => new KubeInstallation(bed.kubeConfig).servedFingerprints(),
      served => served.length === deployment.replicas && !served.includes(fingerprint256),
      150_000,
    );
  }

  /** The CA bundle of each webhook. */
  async function trusted(): Promise<string[]> {
    const { configurations } = await new KubeInstallation(bed.kubeConfig).observe();
    return configurations.flatMap(({ webhooks }) =>
      webhooks.map(({ caBundle }) => caBundle.trim()),
    );
  }

  /** The certificate, CA and path that identify the installation. */
  async function identity(): Promise<Stored> {
    const [tls, path] = await Promise.all([
      core().readNamespacedSecret(TLS_SECRET),
      core().readNamespacedSecret({ namespace: MODULE_NAMESPACE, name: PATH_SECRET }),
    ]);
    const decoded = (text = ""): string => Buffer.from(text, "base64").toString();
    return {
      certificate: decoded(tls.data?.["tls.crt"]),
      ca: decoded(tls.data?.["ca.crt"]).trim(),
      apiPath: decoded(path.data?.value),
    };
  }

  /** The failures that are not calls of the webhook that failed for one of these reasons. */
  function except(reasons: readonly CallFailure[], failures: readonly Failure[]): Failure[] {
    return failures.filter(({ message }) => {
      const call = failedCallIn(message);
      return call?.webhook !== "pepr-gmsa.pepr.dev" || !reasons.includes(call.failure.reason);
    });
  }

  /** Milliseconds between the first and the last failure. */
  function spanOf(failures: readonly Failure[]): number {
    return (failures.at(-1)?.at ?? 0) - (failures[0]?.at ?? 0);
  }

  async function whileLoaded(act: () => Promise<void>, seconds = 30): Promise<LoadReport> {
    const report = await load.during(act, { concurrency: CONCURRENCY, seconds });
    const test = expect.getState().currentTestName ?? "";
    // Not console.log, to which Jest adds a stack trace.
    process.stderr.write(`${test}: ${describeLoad(report)}\n`);
    return report;
  }
});
