/** The built controller's /metrics and log after some requests. */
import { acceptsPath } from "../../certificates/accepted-path";
import type { Bed } from "../../testbed/bed/bed";
import { eventually } from "../../testbed/objects/eventually";
import { containerOf, onWindows, podOf } from "../../testbed/objects/pods";
import { credspecObject } from "../../testbed/objects/credspec-object";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { workloadOf } from "../../testbed/objects/workloads";
import { describeOnOwnBed } from "../setup/own-bed";
import { WebhookClient, reviewOf, reviewOfWrite } from "../support/admission-review";
import type { WebhookAddress } from "../support/admission-review";
import { withHiddenText } from "./hidden-text";
import { scrape } from "./scrape";
import { onlyReplica, startWebhookBed } from "../support/webhook-bed";

const NAMESPACE = "gmsa-metrics";

let bed: Bed;
let address: WebhookAddress;
let client: WebhookClient;

beforeAll(async () => {
  ({ bed, address } = await startWebhookBed());
  client = new WebhookClient(address);
  await bed.createNamespace(NAMESPACE);
  await bed.kubectl(["apply", "-f", "-"], {
    stdin: JSON.stringify(credspecObject("counted", validCredspec("hidden-contents"))),
  });
}, 300_000);

afterAll(async () => {
  client.close();
  await bed.stop();
});

/** Values of the counters about GMSA, by series. */
async function counters(): Promise<Map<string, number>> {
  const lines = (await scrape(address)).split("\n");
  const samples = lines.filter(line => /^pepr_gmsa_\w+_(total|count)/.test(line));
  return new Map(
    samples.map(line => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end))];
    }),
  );
}

/** How much `work` increases the counters. */
async function added(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await counters();
  await work();
  const after = await counters();
  expect([...after.keys()]).toEqual([...before.keys()]);
  return Object.fromEntries(
    [...after]
      .map(([series, value]): [string, number] => [series, value - (before.get(series) ?? 0)])
      .filter(([, difference]) => difference !== 0),
  );
}

const pod = podOf(NAMESPACE, "counted", { serviceAccount: "default", credspec: "counted" });

describeOnOwnBed("metrics", () => {
  test("a replica that has just warmed up has counted and logged nothing", async () => {
    const text = await scrape(address);
    const counted = [...(await counters())].filter(([, value]) => value !== 0);
    // Only the credential spec that was applied above.
    const applied = 'pepr_gmsa_early_reviews_total{object="credspec",outcome="silent"}';
    expect(counted).toEqual([[applied, 1]]);
    expect(text).toMatch(/^pepr_errors 0$/m);
    // The warm-up logs a failure, including a rehearsal review that was not answered by the rules.
    expect(onlyReplica(bed).logs()).not.toMatch(/warmed up|rehears/i);
  });

  test("has Pepr's own metrics as well, and the running version", async () => {
    const text = await scrape(address);
    expect(text).toMatch(/^pepr_errors 0$/m);
    expect(text).toMatch(/^pepr_gmsa_build_info\{version="[^"]+",pepr="1\.\d+\.\d+",node="20\./m);
    // Each name has one description: otherwise Prometheus rejects the whole scrape.
    const helps = text.split("\n").filter(line => line.startsWith("# HELP "));
    const names = helps.map(line => line.split(" ")[2]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("a Pod that is mutated and refused is counted with its reasons and its calls", async () => {
    const difference = await added(async () => {
      await client.review("mutate", reviewOf({ pod }));
      await client.review("validate", reviewOf({ pod }));
    });
    expect(difference).toEqual({
      'pepr_gmsa_admissions_total{webhook="mutate",operation="create",outcome="admitted"}': 1,
      'pepr_gmsa_admissions_total{webhook="validate",operation="create",outcome="refused"}': 1,
      'pepr_gmsa_denials_total{reason="not authorized"}': 1,
      'pepr_gmsa_admission_duration_seconds_count{webhook="mutate"}': 1,
      'pepr_gmsa_admission_duration_seconds_count{webhook="validate"}': 1,
      'pepr_gmsa_api_calls_total{kind="credspec",result="found"}': 1,
      'pepr_gmsa_api_call_duration_seconds_count{kind="credspec"}': 1,
      'pepr_gmsa_cache_hits_total{kind="credspec"}': 1,
      // Refusals are never cached.
      'pepr_gmsa_api_calls_total{kind="subjectaccessreview",result="denied"}': 2,
      'pepr_gmsa_api_call_duration_seconds_count{kind="subjectaccessreview"}': 2,
    });
  });

  test("a Pod that names more than 32 credential specs, or an impossible one, is refused without a call", async () => {
    const names = Array.from({ length: 33 }, (_, index) => `name-${index}`);
    for (const containerCredspecs of [names, ["..", "a/b"]]) {
      const review = reviewOf({ pod: podOf(NAMESPACE, "hostile", { containerCredspecs }) });
      const difference = await added(async () => {
        await client.review("mutate", review);
        await client.review("validate", review);
      });
      const calls = Object.keys(difference).filter(series => /calls|hits/.test(series));
      expect(calls).toEqual([]);
      expect(difference).toHaveProperty([
        'pepr_gmsa_admissions_total{webhook="validate",operation="create",outcome="refused"}',
      ]);
    }
  });

  test("a Pod that names one credential spec a hundred times asks about it once", async () => {
    const containerCredspecs = Array.from({ length: 100 }, () => "often");
    const often = podOf(NAMESPACE, "often", { containerCredspecs });
    const difference = await added(() => client.review("mutate", reviewOf({ pod: often })));
    const calls = Object.entries(difference).filter(([series]) => series.includes("api_calls"));
    expect(calls).toContainEqual([
      'pepr_gmsa_api_calls_total{kind="subjectaccessreview",result="denied"}',
      1,
    ]);
    // The credential spec is also requested, unless its absence is already known.
    expect(calls.filter(([, count]) => count !== 1)).toEqual([]);
  });

  test("name no Pod, no account and no credential spec", async () => {
    const hostile = podOf(NAMESPACE, "secret-pod", {
      serviceAccount: "secret-account",
      credspec: "secret-credspec",
    });
    await client.review("mutate", reviewOf({ pod: hostile }));
    await client.review("validate", reviewOf({ pod: hostile }));
    const text = await scrape(address);
    expect(text).toContain("pepr_gmsa_admissions_total");
    expect(text).not.toMatch(/secret-|gmsa-metrics/);
  });

  test("a call under another path increments the counter of the alert, and a check of a path does not", async () => {
    const alerts = async (): Promise<number> =>
      Number(/^pepr_alerts (\d+)$/m.exec(await scrape(address))?.[1] ?? NaN);
    const before = await alerts();
    const body = JSON.stringify(reviewOf({ pod }));
    expect(await client.post("/mutate/stale", body)).toMatchObject({ status: 401 });
    expect(await alerts()).toBe(before + 1);
    expect(await acceptsPath(address, "stale")).toBe(false);
    expect(await acceptsPath(address, address.apiPath)).toBe(true);
    expect(await alerts()).toBe(before + 1);
  });

  test("an update without changes is admitted without a call", async () => {
    const difference = await added(() => client.review("validate", reviewOf({ pod, oldPod: pod })));
    expect(difference).toEqual({
      'pepr_gmsa_admissions_total{webhook="validate",operation="update",outcome="admitted"}': 1,
      'pepr_gmsa_admission_duration_seconds_count{webhook="validate"}': 1,
    });
  });

  test.each([
    ["a credential spec that is in order", "silent", validCredspec()],
    ["an empty credential spec", "refused", {}],
  ])("%s is counted as %s, without a call", async (_name, outcome, credspec) => {
    const object = credspecObject("early", credspec);
    const review = reviewOfWrite({ resource: "gmsacredentialspecs", object });
    const difference = await added(() => client.review("validate", review));
    expect(difference).toEqual({
      [`pepr_gmsa_early_reviews_total{object="credspec",outcome="${outcome}"}`]: 1,
    });
  });

  test("a workload without a grant is counted as warned, with its calls, and not as refused", async () => {
    const metadata = { name: "early", namespace: NAMESPACE };
    const object = workloadOf("Deployment", metadata, onWindows(pod).spec);
    const review = reviewOfWrite({ resource: "deployments", object });
    const difference = await added(() => client.review("validate", review));
    expect(difference).toMatchObject({
      'pepr_gmsa_early_reviews_total{object="workload",outcome="warned"}': 1,
      'pepr_gmsa_api_calls_total{kind="subjectaccessreview",result="denied"}': expect.any(
        Number,
      ) as number,
    });
    const series = Object.keys(difference).join("\n");
    expect(series).not.toContain("pepr_gmsa_admissions_total");
    expect(series).not.toContain("pepr_gmsa_denials_total");
  });

  test("a workload without GMSA is counted as silent, without a call", async () => {
    const { spec } = podOf(NAMESPACE, "plain");
    const object = workloadOf("CronJob", { name: "plain", namespace: NAMESPACE }, spec);
    const review = reviewOfWrite({ resource: "cronjobs", object });
    const difference = await added(() => client.review("validate", review));
    expect(difference).toEqual({
      'pepr_gmsa_early_reviews_total{object="workload",outcome="silent"}': 1,
    });
  });

  test("no label holds the name of a user's object", async () => {
    const samples = (await scrape(address)).split("\n").filter(line => !line.startsWith("#"));
    expect(samples.length).toBeGreaterThan(100);
    for (const name of ["counted", "early", NAMESPACE, '"default"', "webapp1"]) {
      const about = samples.filter(line => line.replaceAll("_early_reviews_", "").includes(name));
      expect(about).toEqual([]);
    }
  });

  test("the log has one line for a refusal, with whose Pod it is and no contents", async () => {
    const owned = withHiddenText(podOf(NAMESPACE, "hidden-name", { credspec: "counted" }));
    Object.assign(owned.metadata, {
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-5d9", uid: "1", controller: true },
      ],
    });
    Object.assign(owned.spec, { serviceAccountName: "default" });
    owned.spec.containers?.push(containerOf("hidden-container", "counted"));
    const before = onlyReplica(bed).logs().length;
    const review = reviewOf({ pod: owned });

    await client.review("validate", review);

    const lines = await eventually(
      () => Promise.resolve(onlyReplica(bed).logs().slice(before).split("\n").slice(0, -1)),
      found => found.some(line => line.includes("Pod refused")),
    );
    expect(lines).toHaveLength(1);
    const line = lines[0] ?? "";
    expect(JSON.parse(line.slice(line.indexOf("{")))).toEqual({
      ...{ level: 40, time: expect.any(Number) as number, pid: expect.any(Number) as number },
      ...{ hostname: expect.any(String) as string, msg: "Pod refused" },
      uid: review.request.uid,
      operation: "CREATE",
      namespace: NAMESPACE,
      owner: { kind: "ReplicaSet", name: "web-5d9" },
      serviceAccount: "default",
      credspecs: ["counted"],
      reasons: ["not authorized"],
    });
    expect(line).not.toContain("hidden");
  });
});
