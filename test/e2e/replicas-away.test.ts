/** Failures, and what users see of them, while replicas are unavailable. On a cluster of its own. */
import { AppsV1Api } from "@kubernetes/client-node";
import type { V1Deployment } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { Controllers } from "../../testbed/controller/controller";
import type { CompletePod } from "../../testbed/objects/pods";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";
import { expectDocumented } from "./documented-message";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import type { Outcome } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

const NAMESPACE = "gmsa-away";
const CONTENTS = validContents();

let bed: Bed;
let objects: Objects;
let controllers: Controllers;

function gmsaPod(name: string): CompletePod {
  return podOf(NAMESPACE, name, { serviceAccount: "web", credspec: "away" });
}

/** Tries to create a GMSA Pod as a dry run. */
function create(name: string): Promise<Outcome> {
  return objects.createPod(gmsaPod(name), { dryRun: true });
}

function messageOf(outcome: Outcome): string {
  return outcome.admitted ? "" : outcome.message;
}

/** A Deployment with one Pod of this spec. */
async function deploy(pod: CompletePod): Promise<void> {
  const labels = { app: pod.metadata.name };
  const body = {
    metadata: pod.metadata,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...pod.spec, schedulingGates: [{ name: "example.com/never" }] },
      },
    },
  } as V1Deployment;
  await bed.kubeConfig
    .makeApiClient(AppsV1Api)
    .createNamespacedDeployment({ namespace: pod.metadata.namespace, body });
}

async function podsOf(namespace: string, app: string): Promise<string[]> {
  const labelSelector = `app=${app}`;
  const { items } = await objects.core.listNamespacedPod({ namespace, labelSelector });
  return items.map(({ metadata }) => metadata?.name ?? "");
}

describeOnOwnBed("while replicas are away", () => {
  beforeAll(async () => {
    bed = await startBed({ replicas: 2, install: MANIFEST });
    if (bed.controllers === undefined) throw new Error("a bed of our own has controllers");
    controllers = bed.controllers;
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await bed.waitForServiceAccount("kube-system", "default");
    await objects.createCredspec("away", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-away",
      credspecs: ["away"],
    });
    await eventually(
      () => create("first"),
      ({ admitted }) => admitted,
    );
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  test("one is frozen: calls to it fail after 10 s, and within seconds it gets no more calls", async () => {
    const start = Date.now();
    const outcomes: { startedAt: number; took: number; message: string }[] = [];
    let stop = false;
    const work = async (): Promise<void> => {
      while (!stop) {
        const startedAt = Date.now() - start;
        const message = messageOf(await create("frozen"));
        outcomes.push({ startedAt, took: Date.now() - start - startedAt, message });
      }
    };
    const load = Promise.all(Array.from({ length: 4 }, work));
    await sleep(500);
    const frozen = controllers.replicas[0];
    frozen?.kill("SIGSTOP");
    await eventually(
      () => Promise.resolve(frozen?.isReady),
      ready => ready === false,
    );
    const leftAfter = Date.now() - start - 500;
    await sleep(14_000);
    stop = true;
    await load;
    frozen?.kill("SIGCONT");
    await controllers.waitReady();

    const failed = outcomes.filter(({ message }) => message !== "");
    expect(leftAfter).toBeLessThan(8000);
    // Only the requests that the replica was handling, and a few more.
    expect(failed.length).toBeLessThanOrEqual(8);
    expect(failed.every(({ took }) => took > 9000 && took < 11_500)).toBe(true);
    for (const { message } of failed) expectDocumented(message, bed);
    expect(outcomes.filter(({ startedAt }) => startedAt > 12_000).length).toBeGreaterThan(20);
    expect(
      outcomes.filter(({ startedAt, message }) => startedAt > 12_000 && message !== ""),
    ).toEqual([]);
    expect(frozen?.restarts).toBe(0);
  }, 60_000);

  test("all are: GMSA Pods are refused, everything else keeps working", async () => {
    const running = gmsaPod("running");
    expect(await objects.createPod(running)).toMatchObject({ admitted: true });
    await controllers.scale(0);

    const refused = await create("refused");
    expect(messageOf(refused)).toContain('failed calling webhook "pepr-gmsa.pepr.dev"');
    expectDocumented(messageOf(refused), bed);
    for (const namespace of [NAMESPACE, "kube-system"]) {
      expect(await objects.createPod(podOf(namespace, "plain"))).toMatchObject({ admitted: true });
    }
    const labelled = await objects.updatePod(running.metadata, pod => {
      Object.assign(pod.metadata ?? {}, { labels: { a: "b" }, finalizers: ["example.com/hold"] });
    });
    expect(labelled).toMatchObject({ admitted: true });
    const released = await objects.updatePod(running.metadata, pod => {
      Object.assign(pod.metadata ?? {}, { finalizers: [] });
    });
    expect(released).toMatchObject({ admitted: true });
    const { stdout } = await bed.kubectl([
      ...["patch", "pod", "running", "-n", NAMESPACE, "--subresource=status", "--type=merge"],
      ...["-p", '{"status":{"phase":"Failed"}}'],
    ]);
    expect(stdout).toContain("patched");
    await objects.deletePod(running.metadata);
  });

  test("the refusal shows the path of the webhooks to the creator of a GMSA Pod", async () => {
    const { data } = await objects.core.readNamespacedSecret({
      name: "pepr-gmsa-api-path",
      namespace: "pepr-system",
    });
    const path = Buffer.from(data?.value ?? "", "base64").toString();
    expect(path).toHaveLength(64);
    expect(messageOf(await create("refused"))).toContain(`/mutate/${path}?`);
  });

  /** Scales the Deployment, and waits until it has that many Pods. */
  async function scale(count: number): Promise<void> {
    if (!bed.hasControllerManager) throw new Error("needs Deployments that make Pods");
    const name = ["deployment/pepr-gmsa", "-n", "pepr-system"];
    await bed.kubectl(["scale", ...name, `--replicas=${count}`]);
    await eventually(
      () => podsOf("pepr-system", "pepr-gmsa"),
      pods => pods.length === count,
    );
  }

  test("scaled to zero and back, the cluster recovers by itself", async () => {
    await scale(0);
    // System components and an application, while no replica of the webhook answers.
    await deploy(podOf("kube-system", "system"));
    await deploy(podOf(NAMESPACE, "plain-app"));
    await deploy(gmsaPod("gmsa-app"));
    await eventually(
      () => podsOf("kube-system", "system"),
      pods => pods.length === 1,
    );
    await eventually(
      () => podsOf(NAMESPACE, "plain-app"),
      pods => pods.length === 1,
    );
    const { items } = await eventually(
      () =>
        objects.core.listNamespacedEvent({
          namespace: NAMESPACE,
          fieldSelector: "reason=FailedCreate,involvedObject.kind=ReplicaSet",
        }),
      events => events.items.length > 0,
    );
    const message = items[0]?.message ?? "";
    expect(message).toMatch(/^Error creating: Internal error occurred: failed calling webhook/);
    expectDocumented(message, bed);
    // Whoever reads the events of the namespace sees the webhooks' path.
    expect(message).toMatch(/\/mutate\/[0-9a-f]{64}\?/);
    expect(await podsOf(NAMESPACE, "gmsa-app")).toEqual([]);

    await scale(2);
    await controllers.scale(2);
    const [name = ""] = await eventually(
      () => podsOf(NAMESPACE, "gmsa-app"),
      pods => pods.length === 1,
      40_000,
    );
    const pod = await objects.core.readNamespacedPod({ name, namespace: NAMESPACE });
    expect(pod.spec?.securityContext?.windowsOptions?.gmsaCredentialSpec).toBe(CONTENTS);
  }, 90_000);

  test("a ReplicaSet waits at most as long again as it was refused; a rollout restart avoids the wait", async () => {
    const refusals = async (app: string): Promise<number> => {
      const fieldSelector = "reason=FailedCreate,involvedObject.kind=ReplicaSet";
      const { items } = await objects.core.listNamespacedEvent({
        namespace: NAMESPACE,
        fieldSelector,
      });
      return items
        .filter(({ involvedObject }) => involvedObject.name?.startsWith(`${app}-`))
        .reduce((sum, { count = 1 }) => sum + count, 0);
    };
    const created = async (app: string, withinMs: number): Promise<number> => {
      const [name = ""] = await eventually(
        () => podsOf(NAMESPACE, app),
        pods => pods.length > 0,
        withinMs,
      );
      const pod = await objects.core.readNamespacedPod({ name, namespace: NAMESPACE });
      expect(pod.spec?.securityContext?.windowsOptions?.gmsaCredentialSpec).toBe(CONTENTS);
      return Date.now();
    };
    await scale(0);
    await controllers.scale(0);
    const start = Date.now();
    await deploy(gmsaPod("patient"));
    await deploy(gmsaPod("restarted"));
    // It retries after 5 ms, and doubles the delay each time: 10 s for all of these.
    await eventually(
      () => refusals("patient"),
      count => count >= 12,
      60_000,
    );
    expect(Date.now() - start).toBeGreaterThan(8000);
    await scale(2);
    await controllers.scale(2);
    await eventually(
      () => create("back"),
      ({ admitted }) => admitted,
    );
    const back = Date.now();

    await bed.kubectl(["rollout", "restart", "-n", NAMESPACE, "deployment/restarted"]);
    expect((await created("restarted", 15_000)) - back).toBeLessThan(5000);
    const waited = (await created("patient", 90_000)) - back;
    process.stderr.write(
      `  refused for ${seconds(back - start)} s, and waiting for ${seconds(waited)} s more\n`,
    );
    expect(waited).toBeLessThan(back - start + 3000);
  }, 180_000);
});

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
