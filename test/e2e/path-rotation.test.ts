/**
 * Replaces the secret path of the webhooks, on schedule and on request, while Pods are created and
 * replicas come and go. On a cluster of its own. The certificate controller runs in this process,
 * because endpoints in a cluster cannot have the loopback addresses of the bed's replicas.
 */
import { pino } from "pino";
import { setTimeout as sleep } from "node:timers/promises";

import { acceptsPath } from "../../certificates/accepted-path";
import { Keeper, pathRotation } from "../../certificates/keeper";
import { KubeInstallation } from "../../certificates/kube-installation";
import { KubePathStore } from "../../certificates/kube-path";
import type { PathState } from "../../certificates/path-plan";
import { readSettings } from "../../certificates/settings";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { Controllers } from "../../testbed/controller/controller";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { describeOnOwnBed } from "../setup/own-bed";
import { gmsa } from "../support/gmsa-program";
import { Load } from "./load";

const NAMESPACE = "gmsa-path";
/**
 * Milliseconds that every replica must accept a path before it is called; two minutes in
 * production.
 */
const ANNOUNCE_MS = 12_000;
/** Minutes that the previous path is accepted, where the test waits for its end; ten in production. */
const QUICK = { TRUST_OLD_MINUTES: "0.5" };

describeOnOwnBed("the webhooks' path", () => {
  let bed: Bed;
  let controllers: Controllers;
  let objects: Objects;
  let stopKeeping: () => Promise<void>;
  /**
   * Whether the controller may switch to a path that every replica accepts; lets the test act
   * before.
   */
  let mayCall = true;

  beforeAll(async () => {
    bed = await startBed({ replicas: 2, install: MANIFEST });
    if (bed.controllers === undefined) throw new Error("a bed of our own has controllers");
    controllers = bed.controllers;
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("path", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-path",
      credspecs: ["path"],
    });
    await eventually(create, ({ admitted }) => admitted);
    await controllers.keeper?.stop();
    stopKeeping = keep({});
  }, 420_000);

  afterAll(async () => {
    await stopKeeping();
    await bed.stop();
  });

  function create(): ReturnType<Objects["createPod"]> {
    const pod = podOf(NAMESPACE, "load", { serviceAccount: "web", credspec: "path" });
    return objects.createPod(pod, { dryRun: true });
  }

  /** Does the same as keepCertificates, with the addresses of the bed's replicas. */
  function keep(environment: Record<string, string>): () => Promise<void> {
    const settings = { ...readSettings(environment), announcePathMs: ANNOUNCE_MS };
    const log = pino({ level: "silent" });
    const installation = new (class extends KubeInstallation {
      override replicas(): ReturnType<KubeInstallation["replicas"]> {
        const all = controllers.replicas;
        return Promise.resolve(all.map(({ address, isReady: ready }) => ({ ...address, ready })));
      }

      override async accepting(path: string, ca: string): Promise<boolean[]> {
        return [mayCall, ...(await super.accepting(path, ca))];
      }
    })(bed.kubeConfig);
    const keeper = new Keeper({
      installation,
      settings,
      log,
      report: { rotated() {}, needsHand() {}, stopped: () => Promise.resolve() },
    });
    const paths = pathRotation(installation, { kubeConfig: bed.kubeConfig, settings, log });
    const ending = new AbortController();
    const work = (async (): Promise<void> => {
      while (!ending.signal.aborted) {
        while ((await keeper.step()) === "changed");
        await paths.step();
        await sleep(250);
      }
    })();
    return () => {
      ending.abort();
      return work;
    };
  }

  function paths(): Promise<PathState> {
    return new KubePathStore(bed.kubeConfig).read();
  }

  function untilPaths(areSo: (state: PathState) => boolean): Promise<PathState> {
    return eventually(paths, areSo, 120_000);
  }

  /** Whether each replica accepts calls on this path. */
  async function answered(path: string): Promise<(boolean | undefined)[]> {
    const { pair } = await new KubeInstallation(bed.kubeConfig).observe();
    return Promise.all(
      controllers.replicas.map(({ address }) => acceptsPath({ ...address, ca: pair.ca }, path)),
    );
  }

  /** The paths in the webhook configurations. */
  async function called(): Promise<string[]> {
    const { configurations } = await new KubeInstallation(bed.kubeConfig).observe();
    const all = configurations.flatMap(({ webhooks }) => webhooks.map(({ path }) => path));
    return [...new Set(all.map(path => path.split("/")[2] ?? ""))];
  }

  test("gmsa certs renew --path: no create fails, also while a replica starts, and the old path is dead", async () => {
    const before = (await paths()).called;
    const load = new Load(create, bed.kubeConfig, () => controllers.replicas);
    mayCall = false;
    const renewed = gmsa(["certs", "renew", "--path"], {
      env: { KUBECONFIG: bed.kubeconfigPath },
    });

    const { next } = await untilPaths(state => state.next !== "");
    await controllers.scale(3);
    expect(await called()).toEqual([before]);
    mayCall = true;
    const { previous } = await untilPaths(state => state.called === next);
    expect(previous).toBe(before);
    // A replica that starts after the change accepts both as well.
    await controllers.scale(4);
    expect(await answered(before)).toEqual([true, true, true, true]);
    expect(await answered(next)).toEqual([true, true, true, true]);
    expect(await renewed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^secret\/pepr-gmsa-api-path: new path requested\n[^]*The previous path is answered for another 10m\.\n$/,
      ) as string,
    });
    expect(await called()).toEqual([next]);

    await stopKeeping();
    stopKeeping = keep(QUICK);
    await untilPaths(state => state.previous === "");
    await eventually(
      () => answered(before),
      replicas => replicas.every(answers => answers === false),
      90_000,
    );
    expect(await answered(next)).toEqual([true, true, true, true]);
    await controllers.scale(2);
    const { creates, failed } = await load.end();
    process.stderr.write(`  asked for: ${creates} creates, ${failed.length} failed\n`);
    expect(failed).toEqual([]);
    expect(creates).toBeGreaterThan(100);
  }, 420_000);

  test("it is replaced when it has been called for PATH_HOURS, and no create fails", async () => {
    const before = (await paths()).called;
    const load = new Load(create, bed.kubeConfig, () => controllers.replicas);
    await stopKeeping();
    stopKeeping = keep({ ...QUICK, PATH_HOURS: String(60 / 3600) });
    // The previous path was in use less than a minute ago.
    await untilPaths(state => state.called !== before && state.previous === before);
    const now = await untilPaths(state => state.previous === "");
    await eventually(
      () => answered(before),
      replicas => replicas.every(answers => answers === false),
      90_000,
    );
    expect(await called()).toContain(now.called);
    const { creates, failed } = await load.end();
    process.stderr.write(`  by schedule: ${creates} creates, ${failed.length} failed\n`);
    expect(failed).toEqual([]);
    expect(creates).toBeGreaterThan(100);
  }, 420_000);

  test("a request without the certificate controller is reported as not answered", async () => {
    await stopKeeping();
    const asked = await gmsa(["certs", "renew", "--path", "--timeout", "2s"], {
      env: { KUBECONFIG: bed.kubeconfigPath },
    });
    expect(asked).toMatchObject({ code: 1 });
    expect(asked.stderr).toContain("the webhooks do not call a new path after 2s");
    expect(asked.stderr).toContain("logs deployment/pepr-gmsa-certificates");
  });
});
