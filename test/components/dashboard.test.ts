/**
 * The dashboard and the alerts with a real Prometheus that scrapes real replicas: each query
 * returns data, and the values match the requests of the test. On a cluster of its own.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { DENIAL_REASONS, type DenialReason } from "../../rules/problem";
import { queryOf, readDashboard } from "../../tools/docs/dashboard/dashboard";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { Controllers } from "../../testbed/controller/controller";
import { startPrometheus, type Prometheus, type Series } from "../../testbed/addons/prometheus";
import { credspecObject } from "../../testbed/objects/credspec-object";
import type { CompletePod } from "../../testbed/objects/pods";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { workloadOf } from "../../testbed/objects/workloads";
import { reviewOf, WebhookClient } from "../support/admission-review";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { webhookAddress } from "../support/webhook-bed";
import { describeWithGo } from "../setup/with-go";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { onWindows, podOf } from "../../testbed/objects/pods";
import { untilAdmitted } from "../support/until-admitted";

const NAMESPACE = "gmsa-dashboard";
const INTERVAL_SECONDS = 1;
const TIMES = { range: 120, rateInterval: 10 };
const BINDING = ["clusterrolebinding", "pepr-gmsa"];

/** Numbers of requests by the labels under which they are counted. */
type Tally = Record<string, number>;

describeWithGo("the dashboard over a running Prometheus", () => {
  const dashboard = readDashboard();
  let start: number;
  let bed: Bed;
  let controllers: Controllers;
  let objects: Objects;
  let client: WebhookClient;
  let prometheus: Prometheus;
  /** Outcomes of Validate in the API server's responses. */
  const outcomes: Tally = { admitted: 0, refused: 0, failed: 0 };

  beforeAll(async () => {
    bed = await startBed();
    start = Date.now() / 1000;
    await bed.apply(MANIFEST);
    objects = new Objects(bed.kubeConfig);
    // No webhook validates objects yet.
    await objects.createCredspec("keyless", undefined);
    await bed.runControllers({ replicas: 2 });
    if (bed.controllers === undefined) throw new Error("a bed of our own has controllers");
    ({ controllers } = bed);
    client = new WebhookClient(await webhookAddress(bed));
    await bed.createNamespace(NAMESPACE);
    for (const name of ["web", "other"]) await objects.createCredspec(name, validCredspec(name));
    await objects.createServiceAccount(NAMESPACE, "stranger");
    await objects.createServiceAccount(NAMESPACE, "any");
    await objects.createUseRole("gmsa-dashboard-any");
    const any = { kind: "ServiceAccount", name: "any", namespace: NAMESPACE };
    await objects.bindInNamespace(NAMESPACE, "gmsa-dashboard-any", any);
    await untilAdmitted(objects, pod("any", "web"));
    prometheus = await startPrometheus(bed, {
      intervalSeconds: INTERVAL_SECONDS,
      log: console.error,
    });
  }, 900_000);

  afterAll(async () => {
    client.close();
    await prometheus.stop();
    await bed.stop();
  });

  function pod(account: string, credspec: string, contents?: string): CompletePod {
    const made = podOf(NAMESPACE, "counted", { serviceAccount: account, credspec, contents });
    // The API server itself refuses an empty name.
    if (credspec === "") delete made.spec.securityContext?.windowsOptions?.gmsaCredentialSpecName;
    return made;
  }

  /** A Pod that names more credential specs than the rules check. */
  function manyNames(): CompletePod {
    const containerCredspecs = Array.from({ length: 40 }, (_, index) => `web-${index}`);
    return podOf(NAMESPACE, "counted", { serviceAccount: "any", containerCredspecs });
  }

  /** Sends a Pod this many times, and records the outcome. */
  async function send(sent: CompletePod, times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      const outcome = await objects.createPod(sent, { dryRun: true });
      if (outcome.admitted) outcomes.admitted = (outcomes.admitted ?? 0) + 1;
      else {
        const failed = outcome.causes.some(({ reason }) => reason === "ClusterFailed");
        const which = failed ? "failed" : "refused";
        outcomes[which] = (outcomes[which] ?? 0) + 1;
      }
    }
  }

  /** Prometheus's values of a counter by these labels, after it has scraped all requests. */
  async function counted(counter: string, by: string): Promise<Tally> {
    await sleep(2500 * INTERVAL_SECONDS);
    const series = await prometheus.query(`sum by (${by}) (${counter}{job="pepr-gmsa"})`);
    const labels = by.split(", ");
    return Object.fromEntries(
      series.map(({ metric, values }) => [
        labels.map(label => metric[label]).join(" "),
        Number(values[0]?.[1]),
      ]),
    );
  }

  function difference(after: Tally, before: Tally): Tally {
    const entries = Object.entries(after).map(([key, value]): [string, number] => [
      key,
      value - (before[key] ?? 0),
    ]);
    return Object.fromEntries(entries.filter(([, value]) => value !== 0));
  }

  /** How much `work` increases a counter. */
  async function added(counter: string, by: string, work: () => Promise<unknown>): Promise<Tally> {
    const before = await counted(counter, by);
    await work();
    return difference(await counted(counter, by), before);
  }

  function dryRun(object: object): ReturnType<Bed["kubectl"]> {
    return bed.kubectl(["create", "--dry-run=server", "-f", "-"], {
      stdin: JSON.stringify(object),
      allowFailure: true,
    });
  }

  test("both replicas are scraped, with their certificate checked, and so is the API server", async () => {
    const up = await eventually(
      () => prometheus.query("up"),
      series => series.length === 3 && series.every(({ values }) => values[0]?.[1] === "1"),
    );
    const jobs = up.map(({ metric }) => `${metric.job ?? ""} ${metric.pod ?? ""}`);
    expect(jobs.sort()).toEqual(["apiserver ", "pepr-gmsa pepr-gmsa-0", "pepr-gmsa pepr-gmsa-1"]);
  });

  test("refusals are counted by their reasons, as many as there were", async () => {
    const wanted: Record<Exclude<DenialReason, "cluster failed">, [CompletePod, number]> = {
      "not authorized": [pod("stranger", "web"), 4],
      "no such credspec": [pod("any", "absent"), 2],
      "no credspec key": [pod("any", "keyless"), 2],
      "contents differ": [pod("any", "web", validContents("other")), 3],
      "contents malformed": [pod("any", "web", "{"), 1],
      "too many credspecs": [manyNames(), 1],
      "contents without name": [pod("any", "", validContents("web")), 1],
      // The API server does not send such Pods, because it calls Mutate first; so these are sent
      // directly.
      "contents not inlined": [pod("any", "web"), 1],
      "settings changed": [pod("any", "web", validContents("web")), 1],
    };
    const direct = async (): Promise<void> => {
      const [missing] = wanted["contents not inlined"];
      await client.review("validate", reviewOf({ pod: missing }));
      const [changed] = wanted["settings changed"];
      await client.review(
        "validate",
        reviewOf({ pod: changed, oldPod: pod("any", "other", validContents("other")) }),
      );
    };
    const found = await added("pepr_gmsa_denials_total", "reason", async () => {
      for (const [reason, [refused, times]] of Object.entries(wanted)) {
        if (reason !== "contents not inlined" && reason !== "settings changed") {
          await send(refused, times);
        }
      }
      await direct();
    });
    expect(found).toEqual(
      Object.fromEntries(Object.entries(wanted).map(([reason, [, times]]) => [reason, times])),
    );
    expect(outcomes).toEqual({ admitted: 0, refused: 14, failed: 0 });
  }, 60_000);

  test("admissions are counted by webhook", async () => {
    const by = "webhook, operation, outcome";
    const found = await added("pepr_gmsa_admissions_total", by, async () => {
      await send(pod("any", "web"), 5);
      await send(pod("any", "web", validContents("web")), 2);
      await send(podOf(NAMESPACE, "plain"), 3);
    });
    // No API calls are made for Pods without GMSA, nor by Mutate for a Pod that has its contents.
    expect(found).toEqual({ "mutate create admitted": 5, "validate create admitted": 7 });
  }, 60_000);

  test("credential specs and workloads are counted by outcome", async () => {
    const found = await added("pepr_gmsa_early_reviews_total", "object, outcome", async () => {
      await dryRun(credspecObject("early", validCredspec()));
      await dryRun(credspecObject("early", {}));
      const metadata = { name: "early", namespace: NAMESPACE };
      for (const account of ["any", "stranger", "stranger"]) {
        await dryRun(workloadOf("Deployment", metadata, onWindows(pod(account, "web")).spec));
      }
    });
    expect(found).toEqual({
      "credspec silent": 1,
      "credspec refused": 1,
      "workload silent": 1,
      "workload warned": 2,
    });
  }, 60_000);

  test("requests that could not be checked are counted as failed", async () => {
    const { stdout } = await bed.kubectl(["get", ...BINDING, "-o", "json"]);
    const { metadata, ...binding } = JSON.parse(stdout) as { metadata: { name: string } };
    const restored = JSON.stringify({ ...binding, metadata: { name: metadata.name } });
    const before = { ...outcomes };
    const found = await added("pepr_gmsa_admissions_total", "outcome", async () => {
      await bed.kubectl(["delete", ...BINDING]);
      await eventually(
        () => send(pod("any", "web")).then(() => outcomes.failed ?? 0),
        failed => failed >= 3,
      );
      await bed.kubectl(["create", "-f", "-"], { stdin: restored });
    });
    expect(found.failed).toBe(difference(outcomes, before).failed);
    const calls = await counted("pepr_gmsa_api_calls_total", "result");
    expect(calls.failed).toBeGreaterThanOrEqual(3);
  }, 60_000);

  test("every reason for a refusal has been counted", async () => {
    const totals = await counted("pepr_gmsa_denials_total", "reason");
    expect(Object.keys(totals).sort()).toEqual([...DENIAL_REASONS].sort());
    expect(Object.entries(totals).filter(([, total]) => total === 0)).toEqual([]);
  });

  describe("every query of the dashboard", () => {
    const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(target => ({ title, ref: target.refId, target })),
    );

    test.each(queries)("$title, $ref", async ({ target }) => {
      const expr = queryOf(target, dashboard, TIMES);
      expect(await unknownIn(expr)).toEqual([]);
      const end = Date.now() / 1000;
      const series = target.instant
        ? await prometheus.query(expr)
        : await prometheus.queryRange(expr, { start, end, step: 1 });
      expect(figuresOf(series).length).toBeGreaterThan(0);
    });

    test("would be found if its metric did not exist", async () => {
      const expr = 'sum(rate(pepr_gmsa_admission_total{job="pepr-gmsa"}[1m])) / sum(up)';
      expect(await unknownIn(expr)).toEqual(["pepr_gmsa_admission_total"]);
    });

    test("would be found if it were not valid", async () => {
      await expect(unknownIn("sum(rate(up[1m])")).rejects.toThrow("unclosed left parenthesis");
    });
  });

  /** Metrics in an expression that do not exist. */
  async function unknownIn(expr: string): Promise<string[]> {
    const names = await prometheus.metricNames();
    return (await prometheus.metricsIn(expr)).filter(name => !names.includes(name));
  }

  function figuresOf(series: Series[]): number[] {
    return series.flatMap(({ values }) => values.map(([, text]) => Number(text))).filter(isFinite);
  }

  test("many refusals where there were none raise the alert", async () => {
    const firing = await eventually(
      () => prometheus.rules(),
      rules => rules.some(({ name, state }) => name === "GMSARefusalsRise" && state === "firing"),
    );
    expect(firing.filter(({ health }) => health !== "ok")).toEqual([]);
  });

  test("with no replica, the API server's own count raises the alert", async () => {
    await controllers.scale(0);
    // A counter that first appears with an event has not increased yet, so wait for a second event.
    for (let time = 0; time < 2; time++) {
      const outcome = await objects.createPod(pod("any", "web"), { dryRun: true });
      expect(outcome).toMatchObject({ admitted: false });
      await sleep(2500 * INTERVAL_SECONDS);
    }
    const rules = await eventually(
      () => prometheus.rules(),
      states =>
        states.some(({ name, state }) => name === "GMSAWebhookCallsFail" && state === "firing"),
    );
    const down = rules.find(({ name }) => name === "GMSAWebhookDown");
    expect(down?.state).toBe("pending");
  }, 60_000);

  /**
   * Metrics of the canary and the certificate controller, which this Prometheus does not scrape;
   * unit/canary/rounds and e2e/rotation-limits check them.
   */
  const OF_OTHERS = /^pepr_gmsa_(canary_|certificate_rotation_stopped$)/;

  test("each alert asks for metrics that exist", async () => {
    const rules = await prometheus.rules();
    expect(rules.length).toBeGreaterThan(5);
    for (const { name, query, health } of rules) {
      const unknown = (await unknownIn(query)).filter(metric => !OF_OTHERS.test(metric));
      expect([name, health, unknown]).toEqual([name, "ok", []]);
    }
  });
});
