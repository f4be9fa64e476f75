/**
 * Component custom-kinds: warnings for a Rollout, a ScaledJob, and a kind that the installation
 * adds, as kubectl prints them. On a cluster of its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { render } from "../../testbed/manifests/rendering";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { KINDS_OF_PROJECTS } from "../fixtures/pod-making-kinds";
import { describeOnOwnBed } from "../setup/own-bed";
import { gmsa } from "../support/gmsa-program";
import { untilAdmitted } from "../support/until-admitted";
import { linesOfWorkload } from "../support/worded";
import { expectDocumented } from "./documented-message";
import { webhookCalls } from "./webhook-calls";

const SHOP = "shop";
const WEBHOOK = "custom-kinds.pepr-gmsa.pepr.dev";
const VARIABLE = "rollouts.argoproj.io=Rollout,scaledjobs.keda.sh=ScaledJob";
const JOB_SETS = "jobsets.jobset.x-k8s.io=JobSet";

/** The component as a user might copy it to add a kind. */
async function withJobSets(): Promise<string> {
  const documents = parseAllDocuments(await render(["custom-kinds"]));
  for (const document of documents) {
    if (document.get("kind") !== "ValidatingWebhookConfiguration") continue;
    const { webhooks } = document.toJS() as { webhooks: { name: string }[] };
    const rules = ["webhooks", webhooks.findIndex(({ name }) => name === WEBHOOK), "rules"];
    document.addIn(rules, {
      ...{ apiGroups: ["jobset.x-k8s.io"], apiVersions: ["*"], resources: ["jobsets"] },
      ...{ operations: ["CREATE", "UPDATE"], scope: "Namespaced" },
    });
  }
  const text = documents.join("");
  if (!text.includes(VARIABLE)) throw new Error("the component names other kinds");
  return text.replace(VARIABLE, `${VARIABLE},${JOB_SETS}`);
}

interface Kind {
  kind: string;
  apiVersion: string;
  /** Wraps a Pod template in the kind's spec. */
  around: (template: object) => object;
}

const ROLLOUT: Kind = {
  kind: "Rollout",
  apiVersion: "argoproj.io/v1alpha1",
  around: template => ({ template }),
};
const KINDS: Kind[] = [
  ROLLOUT,
  {
    kind: "ScaledJob",
    apiVersion: "keda.sh/v1alpha1",
    around: template => ({ jobTargetRef: { template } }),
  },
  {
    kind: "JobSet",
    apiVersion: "jobset.x-k8s.io/v1alpha2",
    around: template => ({ replicatedJobs: [{ name: "a", template: { spec: { template } } }] }),
  },
];

describeOnOwnBed("with component custom-kinds", () => {
  let bed: Bed;

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), "gmsa-kinds-"));
    const file = join(dir, "gmsa.yaml");
    writeFileSync(file, await withJobSets());
    bed = await startBed({ replicas: 1, install: file });
    rmSync(dir, { recursive: true, force: true });
    const objects = new Objects(bed.kubeConfig);
    await apply(KINDS_OF_PROJECTS);
    await bed.createNamespace(SHOP);
    await objects.createServiceAccount(SHOP, "web");
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createUseRole("use-webapp1", ["webapp1"]);
    await objects.bindInNamespace(SHOP, "use-webapp1", {
      ...{ kind: "ServiceAccount", name: "web", namespace: SHOP },
    });
    const granted = podOf(SHOP, "granted", { serviceAccount: "web", credspec: "webapp1" });
    await untilAdmitted(objects, granted);
    // From now on, these kinds are served and sent to the webhook.
    await eventually(
      () => create(objectOf(ROLLOUT, "first"), "--dry-run=server").catch(() => ""),
      stderr => stderr.startsWith("Warning: "),
    );
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  function objectOf(of: Kind, name: string, serviceAccount?: string): object {
    const { kind, apiVersion, around } = of;
    const { spec } = podOf(SHOP, name, { serviceAccount, credspec: "webapp1" });
    const nodeSelector = { "kubernetes.io/os": "windows" };
    const template = { metadata: { labels: { app: name } }, spec: { ...spec, nodeSelector } };
    return { apiVersion, kind, metadata: { name, namespace: SHOP }, spec: around(template) };
  }

  /** The warnings that kubectl prints. The command must succeed. */
  async function apply(object: object): Promise<string> {
    return (await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(object) })).stderr;
  }

  async function create(object: object, ...options: string[]): Promise<string> {
    const stdin = JSON.stringify(object);
    return (await bed.kubectl(["create", "-f", "-", ...options], { stdin })).stderr;
  }

  function calls(): Promise<number> {
    return webhookCalls(bed, WEBHOOK);
  }

  describe.each(KINDS)("a $kind", each => {
    const { kind, apiVersion } = each;

    test("whose Pods would be refused is created, and its author is warned", async () => {
      const object = objectOf(each, "ungranted");
      const stderr = await apply(object);
      const warned = await linesOfWorkload(object, { granted: false });
      expect(stderr.trimEnd().split("\n")).toEqual(warned);
      expect(warned).toHaveLength(1);
      if (kind === "Rollout") expectDocumented(warned.join(), bed, "reference/early-warnings.md");
    });

    test("that may use its credential spec is created without a warning", async () => {
      expect(await apply(objectOf(each, "granted", "web"))).toBe("");
    });

    test("is shown to the webhook when its spec changes, and not for a label", async () => {
      const before = await calls();
      const object = objectOf(each, "changed", "web") as { metadata: object; spec: object };
      await apply(object);
      expect(await calls()).toBe(before + 1);
      await apply({ ...object, metadata: { ...object.metadata, labels: { a: "b" } } });
      expect(await calls()).toBe(before + 1);
      const { spec } = objectOf(each, "changed") as { spec: object };
      expect(await apply({ ...object, spec })).toMatch(/^Warning: /);
      expect(await calls()).toBe(before + 2);
    });

    test("of a controller is not shown to it", async () => {
      const before = await calls();
      const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "x", uid: "1" };
      const object = objectOf(each, "owned") as { metadata: object };
      const ownerReferences = [{ ...owner, controller: true }];
      expect(await apply({ ...object, metadata: { ...object.metadata, ownerReferences } })).toBe(
        "",
      );
      expect(await calls()).toBe(before);
    });

    test.each([{}, { spec: {} }])("without a template is created: %j", async fields => {
      const metadata = { generateName: "empty-", namespace: SHOP };
      expect(await create({ apiVersion, kind, metadata, ...fields })).toBe("");
    });
  });

  test("doctor compares the kinds of the webhook's rules with those that the webhook knows", async () => {
    const differences = async (): Promise<string[]> => {
      const args = ["doctor", "--check", "webhooks", "--check", "early-warnings", "-o", "json"];
      const { stdout } = await gmsa(args, { env: { KUBECONFIG: bed.kubeconfigPath } });
      const { checks } = JSON.parse(stdout) as { checks: { observed: { message: string }[] }[] };
      const messages = checks.flatMap(({ observed }) => observed.map(({ message }) => message));
      expect(messages).toHaveLength(2);
      return messages.filter(message => !message.endsWith("are as shipped"));
    };
    expect(await differences()).toEqual([]);
    const { stdout } = await bed.kubectl([
      ...["get", "validatingwebhookconfiguration", "pepr-gmsa"],
      ...["-o", "jsonpath={.webhooks[*].name}"],
    ]);
    const rule = `/webhooks/${stdout.split(" ").indexOf(WEBHOOK)}/rules/0`;
    await bed.kubectl([
      ...["patch", "validatingwebhookconfiguration", "pepr-gmsa", "--type=json"],
      ...["-p", JSON.stringify([{ op: "remove", path: rule }])],
    ]);
    expect(await differences()).toEqual([
      expect.stringMatching(
        /lacks webhooks\[custom-kinds[^ ]*\].rules .*: authors of these objects may not get warnings/,
      ),
    ]);
  });
});
