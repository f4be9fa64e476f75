/**
 * Migration in place from kubernetes-sigs/windows-gmsa to this module, with the commands of
 * docs/how-to/migration.md and under a constant load of Pods. On clusters of its own.
 */
import { AppsV1Api } from "@kubernetes/client-node";

import { canonicalJson } from "../../rules/credspec/canonical-json";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { hasStatus } from "../../testbed/control-plane/cluster-namespaces";
import type { CompletePod } from "../../testbed/objects/pods";
import { describeOnOwnBed } from "../setup/own-bed";
import { installOld } from "../windows-gmsa/install-old";
import { byChart, byScript } from "../windows-gmsa/windows-gmsa-manifests";
import type { OldInstallation } from "../windows-gmsa/windows-gmsa-manifests";
import type { OldWebhook } from "../windows-gmsa/webhook";
import { Checkout, commandsUnder } from "./documented-commands";
import { eventually } from "../../testbed/objects/eventually";
import { GuardedLoad } from "../support/guarded-load";
import type { LoadCase } from "../support/guarded-load";
import { Objects } from "../../testbed/objects/cluster-objects";
import { containerOf, podOf } from "../../testbed/objects/pods";
import { reportReady } from "../../testbed/objects/report-ready";

const PAGE = "docs/how-to/migration.md";
const NAMESPACE = "gmsa-migration";
/** Unsorted keys, and characters that Go escapes: both webhooks must still inline the same text. */
const CREDSPEC = {
  DomainJoinConfig: { NetBiosName: "A&B", DnsName: "<contoso>.com" },
  CmsPlugins: ["ActiveDirectory"],
};
const CONTENTS = canonicalJson(CREDSPEC);

/** The words of the old webhook, which are the same in this module. The old one gives no causes. */
const NOT_AUTHORISED = { words: /is not authorized to `use` GMSA cred spec "old-v1"/ };
const DIFFERS = { words: /does not match the contents of GMSA resource "old-v1"/ };
const NAMELESS = { words: /has a GMSA cred spec set, but does not define the name/ };
const ABSENT = { words: /cred spec absent does not exist/ };

/** Cases that both webhooks check. */
const CASES: LoadCase[] = [
  { title: "plain", pod: podOf(NAMESPACE, "plain") },
  { title: "pod", pod: podOf(NAMESPACE, "pod", { serviceAccount: "web", credspec: "old-v1" }) },
  {
    title: "containers",
    pod: podOf(NAMESPACE, "containers", {
      serviceAccount: "web",
      credspec: "old-v1alpha1",
      containerCredspecs: ["old-v1", "old-v1alpha1"],
    }),
  },
  { title: "brings equal contents", pod: bringing("web", JSON.stringify(CREDSPEC, null, 1)) },
  {
    title: "no grant",
    pod: podOf(NAMESPACE, "no-grant", { credspec: "old-v1" }),
    refusal: NOT_AUTHORISED,
  },
  {
    title: "no grant in a container",
    pod: podOf(NAMESPACE, "no-grant", { containerCredspecs: ["old-v1"] }),
    refusal: NOT_AUTHORISED,
  },
  {
    title: "no grant, brings equal contents",
    pod: bringing("default", CONTENTS),
    refusal: NOT_AUTHORISED,
  },
  { title: "other contents", pod: bringing("web", '{"CmsPlugins":[]}'), refusal: DIFFERS },
  { title: "contents without a name", pod: bringing("web", CONTENTS, ""), refusal: NAMELESS },
  {
    title: "no such credspec",
    pod: podOf(NAMESPACE, "absent", { serviceAccount: "web", credspec: "absent" }),
    refusal: ABSENT,
  },
];

/** Cases that only this module checks. */
const MORE_CASES: LoadCase[] = [
  { title: "init container", pod: withInitContainer("web") },
  {
    title: "no grant in an init container",
    pod: withInitContainer("default"),
    refusal: { reason: "NotAuthorized" },
  },
];

function bringing(serviceAccount: string, contents: string, credspec = "old-v1"): CompletePod {
  const pod = podOf(NAMESPACE, "brings", { serviceAccount, credspec });
  pod.spec.securityContext = {
    windowsOptions: {
      ...(credspec === "" ? {} : { gmsaCredentialSpecName: credspec }),
      gmsaCredentialSpec: contents,
    },
  };
  return pod;
}

function withInitContainer(serviceAccount: string): CompletePod {
  const pod = podOf(NAMESPACE, "init", { serviceAccount });
  pod.spec.initContainers = [containerOf("init", "old-v1")];
  return pod;
}

describeOnOwnBed.each([
  { old: byScript, names: "By the script", remains: "As the script left it" },
  { old: byChart, names: "By the chart", remains: "As the chart left it" },
])("from windows-gmsa as its $old.by installs it", ({ old, names, remains }) => {
  let bed: Bed;
  let checkout: Checkout;
  let objects: Objects;
  let oldWebhook: OldWebhook;
  let load: GuardedLoad;
  let before: unknown;

  beforeAll(async () => {
    bed = await startBed();
    checkout = await Checkout.copy(bed);
    objects = new Objects(bed.kubeConfig);
    oldWebhook = await installOld(bed, old);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("old-v1", CREDSPEC);
    await objects.createCredspec("old-v1alpha1", CREDSPEC, { version: "v1alpha1" });
    await objects.createCredspec("old-keyless", undefined);
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "use-old",
      credspecs: ["old-v1", "old-v1alpha1", "absent"],
    });
    load = new GuardedLoad(objects, { "old-v1": CREDSPEC, "old-v1alpha1": CREDSPEC });
    before = await credspecs();
  }, 300_000);

  afterAll(async () => {
    await load.stop();
    await oldWebhook.stop();
    await checkout.remove();
    await bed.stop();
  });

  /** Runs the commands under a heading, with the names of the old installation set. */
  function run(heading: string): Promise<string> {
    return checkout.run(commandsUnder(PAGE, names) + commandsUnder(PAGE, heading));
  }

  /** Everything that a migration must not change. */
  async function credspecs(): Promise<unknown[]> {
    const { stdout } = await bed.kubectl([
      "get",
      "gmsacredentialspecs.windows.k8s.io",
      "-o",
      "json",
    ]);
    const { items } = JSON.parse(stdout) as {
      items: {
        metadata: { name: string; uid: string; resourceVersion: string };
        credspec: unknown;
      }[];
    };
    return items.map(({ metadata: { name, uid, resourceVersion }, credspec }) => [
      name,
      uid,
      resourceVersion,
      credspec,
    ]);
  }

  function expectNoSurprise(phase: string): void {
    expect(load.surprises).toEqual([]);
    expect(Math.min(...Object.values(load.counts[phase] ?? {}))).toBeGreaterThanOrEqual(3);
  }

  test("before migration, only the old webhook checks Pods", async () => {
    expect(before).toHaveLength(3);
    const running = podOf(NAMESPACE, "running", { serviceAccount: "web", credspec: "old-v1" });
    const admitted = await eventually(
      () => objects.createPod(running),
      outcome => outcome.admitted,
    );
    expect(admitted).toMatchObject({
      pod: { spec: { securityContext: { windowsOptions: { gmsaCredentialSpec: CONTENTS } } } },
    });
    expect(await run("What changes")).not.toContain("old-v1");

    load.enter("before", CASES);
    load.start(3);
    await load.settled(3);
    expectNoSurprise("before");
  });

  test("step 2: installed beside it, every Pod is admitted or refused as it should be", async () => {
    load.enter("step 2", CASES);
    const applied = run("Step 2: install beside it");
    const ready = eventually(
      () => isThere(bed, { name: "pepr-gmsa", namespace: "pepr-system" }),
      there => there,
    ).then(async () => {
      await bed.runControllers();
      await reportReady(bed);
    });
    await Promise.all([applied, ready]);

    expect(await applied).toContain("successfully rolled out");
    await load.settled(3);
    load.enter("side by side", CASES);
    await load.settled(3);
    expectNoSurprise("side by side");
  }, 240_000);

  test("step 3: this module refuses Pods that it cannot check", async () => {
    expect(await run("Step 3: let it refuse what it cannot check")).toMatch(
      /^Fail Fail Ignore Ignore$/m,
    );
    load.enter("step 3", [...CASES, ...MORE_CASES]);
    await load.settled(3);
    expectNoSurprise("step 3");
  });

  test("step 4: the old webhook is removed", async () => {
    const asked = oldWebhook.asked;
    expect(asked).toBeGreaterThan(0);
    load.enter("step 4", [...CASES, ...MORE_CASES]);
    await run("Step 4: remove the old webhook");
    const stopped = eventually(
      () => isThere(bed, old),
      there => !there,
    ).then(() => oldWebhook.stop());
    await Promise.all([run(remains), stopped]);

    load.enter("after", [...CASES, ...MORE_CASES]);
    await load.settled(3);
    expectNoSurprise("after");
    expect(await leftOf(bed, old)).toEqual([]);
  }, 240_000);

  test("step 5: every credential spec and every Pod is as before", async () => {
    expect(await run("Step 5: look")).toContain(
      'admission webhook "pepr-gmsa.pepr.dev" denied the request: pod "unnamed" has a GMSA cred spec set',
    );
    expect(await credspecs()).toEqual(before);
    const running = { name: "running", namespace: NAMESPACE };
    const labelled = await objects.updatePod(running, pod => {
      Object.assign(pod.metadata ?? {}, { labels: { a: "b" } });
    });
    expect(labelled).toMatchObject({ admitted: true });
    await objects.deletePod(running);
    const { stdout } = await bed.kubectl(["get", "gmsa", "old-v1"]);
    expect(stdout).toContain("<contoso>.com");
  });
});

async function isThere(
  bed: Bed,
  deployment: { name: string; namespace: string },
): Promise<boolean> {
  const { name, namespace } = deployment;
  try {
    await bed.kubeConfig.makeApiClient(AppsV1Api).readNamespacedDeployment({ name, namespace });
    return true;
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw error;
  }
}

/** Objects that have the old webhook's name, or are in its namespace. */
async function leftOf(bed: Bed, { name, namespace }: OldInstallation): Promise<string[]> {
  const cluster = [
    "clusterroles,clusterrolebindings",
    "mutatingwebhookconfigurations,validatingwebhookconfigurations",
  ].join();
  const named = await bed.kubectl(["get", cluster, "-o", "name"]);
  const own = await bed.kubectl([
    ...["get", "deployments,services,secrets,serviceaccounts"],
    ...["-n", namespace, "-o", "name"],
  ]);
  return [
    ...named.stdout.split("\n").filter(line => line.includes(name)),
    ...own.stdout.split("\n").filter(line => line !== "" && line !== "serviceaccount/default"),
  ];
}
