/** The admission helpers of the built controller, in the patch of its answer. */
import type { Operation } from "fast-json-patch";
import { applyPatch } from "fast-json-patch";

import type { Bed } from "../../testbed/bed/bed";
import { installFixtureCluster } from "../support/fixture-objects";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import type { CompletePod } from "../../testbed/objects/pods";
import { helpedPod, helperCases } from "../fixtures/helper-case";
import { describeOnOwnBed } from "../setup/own-bed";
import { WebhookClient, reviewOf } from "../support/admission-review";
import { onlyReplica, startWebhookBed } from "../support/webhook-bed";

const NAMESPACE = "gmsa-process-helpers";
// With the shipped settings; test/e2e/admission-helpers.test.ts covers the others.
const cases = helperCases(NAMESPACE).filter(
  ({ namespace, environment }) => namespace === undefined && Object.keys(environment).length === 0,
);

let bed: Bed;
let client: WebhookClient;

beforeAll(async () => {
  const started = await startWebhookBed();
  ({ bed } = started);
  client = new WebhookClient(started.address);
  await bed.createNamespace(NAMESPACE);
  await installFixtureCluster(new Objects(bed.kubeConfig), NAMESPACE);
}, 300_000);

afterAll(async () => {
  client.close();
  await bed.stop();
});

describeOnOwnBed("the built controller", () => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(10);
  });

  test.each(cases)("$title", async fixture => {
    const { pod, oldPod, expect: expected } = fixture;
    const mutated = async (asked: CompletePod, dryRun = false): Promise<CompletePod> => {
      const { patch } = await client.review("mutate", reviewOf({ pod: asked, oldPod }, { dryRun }));
      const text = Buffer.from(patch ?? "", "base64").toString() || "[]";
      return applyPatch(structuredClone(asked), JSON.parse(text) as Operation[], true).newDocument;
    };
    const admitted = await mutated(pod);
    expect(admitted).toEqual(helpedPod(fixture, admitted));
    expect(await mutated(admitted)).toEqual(admitted);
    const dry = await mutated(pod, true);
    expect(dry).toEqual(helpedPod(fixture, dry));

    const answer = await client.review("validate", reviewOf({ pod: admitted, oldPod }));
    expect(answer).toMatchObject({ allowed: true });
    expect(answer.warnings ?? []).toEqual(expected.warnings);
  });

  test("does not start with a setting that is neither true nor false, and names it", async () => {
    const set = ["set", "env", "-n", "pepr-system", "deployment/pepr-gmsa"];
    await bed.kubectl([...set, "RANDOM_HOSTNAME=perhaps"]);
    const rollout = bed.controllers?.rollout().catch(() => undefined);
    await eventually(
      () => Promise.resolve(bed.controllers?.replicas.map(replica => replica.logs()).join() ?? ""),
      logs => logs.includes('the environment variable RANDOM_HOSTNAME is \\"perhaps\\"'),
    );
    expect(onlyReplica(bed).isReady).toBe(true);
    void rollout;
  });
});
