/**
 * The migration with the chart, by the commands of docs/how-to/migration.md and with the real helm:
 * the effect of value webhook.failurePolicy while no replica runs. On clusters of its own.
 */
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf, type CompletePod } from "../../testbed/objects/pods";
import { reportReady } from "../../testbed/objects/report-ready";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { eventually } from "../../testbed/objects/eventually";
import { findHelm, HELM_MAJORS } from "../../testbed/programs/helm-program";
import { Checkout, commandsUnder } from "../e2e/documented-commands";
import { describeOnOwnBedWithHelm } from "../setup/with-helm";
import { untilAdmitted } from "../support/until-admitted";
import { GuardedLoad, type LoadCase } from "../support/guarded-load";
import { installOld } from "../windows-gmsa/install-old";
import type { OldWebhook } from "../windows-gmsa/webhook";
import { byChart } from "../windows-gmsa/windows-gmsa-manifests";

const PAGE = "docs/how-to/migration.md";
const NAMESPACE = "gmsa-migration";
const NOT_AUTHORISED = { words: /is not authorized to `use` GMSA cred spec "old"/ };
const NO_REPLICA = { words: /failed calling webhook "pepr-gmsa\.pepr\.dev"/ };

const GOOD = podOf(NAMESPACE, "good", { serviceAccount: "web", credspec: "old" });
const BAD = podOf(NAMESPACE, "bad", { credspec: "old" });

/** Cases that both webhooks check. */
const CASES: LoadCase[] = [
  { title: "plain", pod: podOf(NAMESPACE, "plain") },
  { title: "good", pod: GOOD },
  { title: "no grant", pod: BAD, refusal: NOT_AUTHORISED },
];

/** Only the webhook of this project checks init containers. */
function withInitContainer(): CompletePod {
  const pod = podOf(NAMESPACE, "init");
  pod.spec.initContainers = [containerOf("init", "old")];
  return pod;
}

/** With failurePolicy Fail, while no replica runs. */
const CASES_AWAY: LoadCase[] = [
  { title: "plain", pod: podOf(NAMESPACE, "plain") },
  { title: "good", pod: GOOD, refusal: NO_REPLICA },
  { title: "init container", pod: withInitContainer(), refusal: NO_REPLICA },
];

describeOnOwnBedWithHelm.each(HELM_MAJORS)("from windows-gmsa to the chart with Helm %i", major => {
  let bed: Bed;
  let checkout: Checkout;
  let objects: Objects;
  let oldWebhook: OldWebhook;
  let load: GuardedLoad;

  beforeAll(async () => {
    const helm = await findHelm(console.error, major);
    bed = await startBed();
    checkout = await Checkout.copy(bed, { helm });
    objects = new Objects(bed.kubeConfig);
    oldWebhook = await installOld(bed, byChart);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("old", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", { role: "use-old", credspecs: ["old"] });
    load = newLoad();
  }, 600_000);

  afterAll(async () => {
    await load.stop();
    await oldWebhook.stop();
    await checkout.remove();
    await bed.stop();
  });

  function newLoad(): GuardedLoad {
    return new GuardedLoad(objects, { old: validCredspec() });
  }

  function run(heading: string): Promise<string> {
    const commands = commandsUnder(PAGE, "By the chart") + commandsUnder(PAGE, heading);
    return checkout.run(major === 3 ? commands.replace(" --force-conflicts", "") : commands);
  }

  function create(pod: CompletePod): ReturnType<Objects["createPod"]> {
    return objects.createPod(pod, { dryRun: true });
  }

  async function untilRefused(pod: CompletePod): Promise<void> {
    await eventually(
      () => create(pod),
      ({ admitted }) => !admitted,
    );
  }

  async function expectNoSurprise(phase: string, cases = CASES): Promise<void> {
    load.enter(phase, cases);
    await load.settled(3);
    expect(load.surprises).toEqual([]);
  }

  test("step 2 installs it beside the old webhook, and nothing gets past both", async () => {
    await untilAdmitted(objects, GOOD);
    load.enter("step 2", CASES);
    load.start(2);
    const installed = run("Step 2 with the chart");
    const replicas = eventually(
      () =>
        bed.kubectl(["get", "deployment/pepr-gmsa", "-n", "pepr-system"], { allowFailure: true }),
      ({ code }) => code === 0,
      60_000,
    ).then(async () => {
      await bed.runControllers();
      await reportReady(bed);
    });
    await Promise.all([installed, replicas]);
    expect(await installed).toContain("webhook.failurePolicy is Ignore");
    await untilRefused(withInitContainer());
    await expectNoSurprise("side by side");
  }, 240_000);

  test("while no replica runs, the old webhook alone checks", async () => {
    load.enter("stopping", CASES);
    await bed.controllers?.stop();
    await expectNoSurprise("away");
    expect(await create(withInitContainer())).toMatchObject({ admitted: true });
    await bed.runControllers();
    await expectNoSurprise("back");
  }, 120_000);

  test("step 3 refuses GMSA Pods while no replica can check them", async () => {
    const [, look = ""] = commandsUnder(PAGE, "Step 3 with the chart").split("\n");
    await checkout.run("helm upgrade gmsa dist/chart/gmsa --namespace pepr-system");
    expect(await checkout.run(look)).toBe("Ignore Ignore Ignore Ignore");
    expect(await run("Step 3 with the chart")).toMatch(/^Fail Fail Ignore Ignore$/m);
    await expectNoSurprise("step 3");
    await load.stop();
    await bed.controllers?.stop();
    await untilRefused(GOOD);
    load = newLoad();
    load.enter("away for a second time", CASES_AWAY);
    load.start(2);
    await load.settled(3);
    expect(load.surprises).toEqual([]);
  }, 120_000);

  test("an upgrade with one value resets the others", async () => {
    const release = "gmsa --namespace pepr-system";
    await checkout.run(`helm upgrade ${release} dist/chart/gmsa --set logLevel=info`);
    const values = await checkout.run(`helm get values ${release} -o json`);
    expect(JSON.parse(values)).toEqual({ logLevel: "info" });
  });
});
