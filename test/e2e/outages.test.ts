/** Failures, and what users see of them, while components are unavailable. On a cluster of its own. */
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import { NOT_SERVED } from "../../kube/api-error";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { Controllers } from "../../testbed/controller/controller";
import type { ControlPlane } from "../../testbed/control-plane/control-plane";
import type { Address } from "../../testbed/process/ports";
import type { CompletePod } from "../../testbed/objects/pods";
import { deleted } from "./broken";
import { expectDocumented } from "./documented-message";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, REMEMBERED_MS } from "../../testbed/objects/cluster-objects";
import type { Outcome } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { describeOnOwnBed } from "../setup/own-bed";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-outages";
/** The API server's timeout for the webhook; its message then gives no reason. */
const WEBHOOK_TIMEOUT_MS = 10_000;
const FIELD = `spec.${NAME}`;
let bed: Bed;
let objects: Objects;
let controllers: Controllers;
let controlPlane: ControlPlane;

beforeAll(async () => {
  bed = await startBed({ replicas: 2, install: MANIFEST });
  if (bed.controllers === undefined || bed.controlPlane === undefined) {
    throw new Error("a bed of our own has controllers and a control plane");
  }
  ({ controllers, controlPlane } = bed);
  objects = new Objects(bed.kubeConfig);
  await bed.createNamespace(NAMESPACE);
  await bed.waitForServiceAccount("kube-system", "default");
  await limitNothing();
  await objects.createCredspec("outage", validCredspec());
  await objects.createGrantedAccount(NAMESPACE, "web", {
    role: "gmsa-outage",
    credspecs: ["outage"],
  });
  await eventually(
    () => create("first"),
    ({ admitted }) => admitted,
  );
}, 300_000);

afterAll(async () => {
  await bed.stop();
});

/**
 * Creates a LimitRange. In a namespace without one, the API server asks etcd for it every 30 s, before it
 * calls a webhook, so a Pod would not get any further while etcd hangs.
 */
async function limitNothing(): Promise<void> {
  const limits = [{ type: "PersistentVolumeClaim", max: { storage: "1Pi" } }];
  const body = { metadata: { name: "of-no-pod" }, spec: { limits } };
  await objects.core.createNamespacedLimitRange({ namespace: NAMESPACE, body });
}

function gmsaPod(name: string): CompletePod {
  return podOf(NAMESPACE, name, { serviceAccount: "web", credspec: "outage" });
}

/** Tries to create a GMSA Pod as a dry run. */
function create(name: string): Promise<Outcome> {
  return objects.createPod(gmsaPod(name), { dryRun: true });
}

function messageOf(outcome: Outcome): string {
  return outcome.admitted ? "" : outcome.message;
}

/** Pods that were admitted without contents, which means unchecked. */
function uncheckedAmong(outcomes: Outcome[]): Outcome[] {
  return outcomes.filter(
    outcome =>
      outcome.admitted &&
      outcome.pod.spec?.securityContext?.windowsOptions?.gmsaCredentialSpec !== validContents(),
  );
}

describeOnOwnBed("when a replica is killed under a load", () => {
  test("only requests in progress fail, and no Pod is admitted unchecked", async () => {
    const workers = 8;
    const end = Date.now() + 8000;
    const outcomes: Outcome[] = [];
    const work = async (): Promise<void> => {
      while (Date.now() < end) {
        outcomes.push(await create("load"));
      }
    };
    const load = Promise.all(Array.from({ length: workers }, work));
    await sleep(2000);
    expect(controllers.replicas[0]?.kill("SIGKILL")).toBe(true);
    await sleep(1000);
    const atMostInFlight = outcomes.filter(({ admitted }) => !admitted).length;
    const settled = outcomes.length;
    await load;

    expect(atMostInFlight).toBeLessThanOrEqual(workers);
    expect(outcomes.slice(settled).filter(({ admitted }) => !admitted)).toEqual([]);
    expect(outcomes.length - settled).toBeGreaterThan(50);
    expect(uncheckedAmong(outcomes)).toEqual([]);
    await controllers.waitReady();
    expect(controllers.replicas[0]?.restarts).toBe(1);
  }, 60_000);
});

describeOnOwnBed("when the API server is restarted", () => {
  test("webhook and certificate controller keep running without a restart", async () => {
    const before = controllers.replicas.map(({ pid }) => pid);

    await controlPlane.restartApiServer();

    await eventually(
      () => create("after").catch(() => undefined),
      outcome => outcome?.admitted === true,
    );
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => create("after")));
    expect(outcomes.filter(({ admitted }) => !admitted)).toEqual([]);
    expect(controllers.replicas.map(({ pid }) => pid)).toEqual(before);
  });
});

/** The response to the kubelet's probe, which does not verify the certificate. */
function readiness({ host, port }: Address): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { host, port, path: "/readyz", rejectUnauthorized: false, agent: false };
    const asked = request(options, response => {
      text(response).then(said => {
        resolve({ status: response.statusCode ?? 0, text: said });
      }, reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}

describeOnOwnBed("when the controller starts while the API server is away", () => {
  test("it waits, and answers within seconds of the API server's return", async () => {
    await controlPlane.stopApiServer();
    for (const replica of controllers.replicas) {
      replica.kill("SIGKILL");
    }
    await eventually(
      () => Promise.resolve(controllers.replicas.map(replica => replica.logs())),
      logs =>
        logs.every(log =>
          /could not be reached.* ECONNREFUSED .*Waiting for the API server/.test(log),
        ),
    );
    const asked = await Promise.all(controllers.replicas.map(({ address }) => readiness(address)));
    expect(asked).toEqual(
      controllers.replicas.map(() => ({
        status: 503,
        text: expect.stringMatching(
          /^Waiting for the API server to serve peprstores\.pepr\.dev: .*ECONNREFUSED/,
        ) as string,
      })),
    );
    // Long enough for several attempts; an exited process would be restarted with growing delays.
    await sleep(5000);
    const restarts = controllers.replicas.map(replica => replica.restarts);

    await controlPlane.startApiServer();
    const returned = Date.now();
    await controllers.waitReady(10_000);

    expect(controllers.replicas.map(replica => replica.restarts)).toEqual(restarts);
    const outcome = await eventually(
      () => create("returned"),
      ({ admitted }) => admitted,
      10_000,
    );
    expect(outcome).toMatchObject({ admitted: true });
    expect(Date.now() - returned).toBeLessThan(20_000);
  }, 60_000);
});

describeOnOwnBed("when a replica starts without the CRD of its store", () => {
  const NEEDS = "Waiting for the API server to serve peprstores.pepr.dev";

  test("log and readiness report what it waits for, also after ten seconds, until it is there", async () => {
    const [replica] = controllers.replicas;
    if (replica === undefined) throw new Error("there is a replica");
    const restore = await deleted(bed, ["crd", "peprstores.pepr.dev"]);
    const linesBefore = replica.logs().length;
    const waits = (): { seconds: number }[] =>
      replica
        .logs()
        .slice(linesBefore)
        .split("\n")
        .filter(line => line.includes(NEEDS) && line.includes(NOT_SERVED))
        .map(line => ({ seconds: Number(/"seconds":(\d+)/.exec(line)?.[1]) }));
    try {
      replica.kill("SIGKILL");
      const found = await eventually(
        () => Promise.resolve(waits()),
        lines => lines.some(({ seconds }) => seconds >= 10),
        60_000,
      );
      expect(found.map(({ seconds }) => seconds)).toEqual([0, 10]);
      expect(await readiness(replica.address)).toEqual({
        status: 503,
        text: expect.stringContaining(`${NEEDS}: ${NOT_SERVED}`) as string,
      });
      expect(replica.isReady).toBe(false);
    } finally {
      await restore();
    }
    await controllers.waitReady(60_000);
    expect(await create("with-store")).toMatchObject({ admitted: true });
  }, 150_000);
});

describeOnOwnBed("when the API server refuses the webhook", () => {
  test("the Pod is refused with the error of the API server", async () => {
    const binding = await objects.rbac.readClusterRoleBinding({ name: "pepr-gmsa" });
    await objects.rbac.deleteClusterRoleBinding({ name: "pepr-gmsa" });
    try {
      await sleep(REMEMBERED_MS);
      const outcome = await create("refused");

      expect(outcome).toMatchObject({
        admitted: false,
        causes: [
          cause("ClusterFailed", FIELD, "web", "outage"),
          { reason: "ClusterFailureCode", field: FIELD, message: "403" },
          cause("ClusterFailureMessage", FIELD, "subjectaccessreviews.authorization.k8s.io"),
        ],
      });
      expectDocumented(messageOf(outcome), bed);
    } finally {
      delete binding.metadata?.resourceVersion;
      await objects.rbac.createClusterRoleBinding({ body: binding });
    }
    await eventually(
      () => create("again"),
      ({ admitted }) => admitted,
    );
  });
});

describeOnOwnBed("when etcd hangs", () => {
  test("the Pod is refused before the webhook's own deadline, with the reason", async () => {
    // Cached answers would hide the failure.
    await sleep(REMEMBERED_MS);
    controlPlane.signalEtcd("SIGSTOP");
    const start = Date.now();
    try {
      const outcome = await create("hangs");

      expect(outcome).toMatchObject({
        admitted: false,
        // No code: there was no answer.
        causes: [cause("ClusterFailed", FIELD, "outage"), cause("ClusterFailureMessage", FIELD)],
      });
      expectDocumented(messageOf(outcome), bed);
      expect(Date.now() - start).toBeLessThan(WEBHOOK_TIMEOUT_MS);
    } finally {
      controlPlane.signalEtcd("SIGCONT");
    }
    await eventually(
      () => create("thaws").catch(() => undefined),
      outcome => outcome?.admitted === true,
    );
  }, 60_000);
});

describeOnOwnBed("when etcd answers a few times a second only", () => {
  test("Pods are admitted with their contents, or refused with a reason, and in time", async () => {
    const end = Date.now() + 8000;
    const outcomes: Outcome[] = [];
    let slowest = 0;
    const work = async (): Promise<void> => {
      while (Date.now() < end) {
        const start = Date.now();
        outcomes.push(await create("slow"));
        slowest = Math.max(slowest, Date.now() - start);
      }
    };
    const load = Promise.all([work(), work(), work()]);
    try {
      while (Date.now() < end) {
        controlPlane.signalEtcd("SIGSTOP");
        await sleep(900);
        controlPlane.signalEtcd("SIGCONT");
        await sleep(50);
      }
    } finally {
      controlPlane.signalEtcd("SIGCONT");
    }
    await load;

    expect(outcomes.length).toBeGreaterThan(10);
    expect(uncheckedAmong(outcomes)).toEqual([]);
    const refusals = outcomes.map(messageOf).filter(message => message !== "");
    expect(refusals.filter(message => message.includes("failed calling webhook"))).toEqual([]);
    expect(slowest).toBeLessThan(WEBHOOK_TIMEOUT_MS);
  }, 60_000);
});
