/** Removing the installation with the documented commands. On a cluster of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";
import { Checkout, commandsUnder } from "./documented-commands";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import type { Outcome } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

const ROOT = join(__dirname, "../..");
const PAGE = "docs/how-to/install.md";
const NAMESPACE = "team-a";
const CRD = "customresourcedefinition.apiextensions.k8s.io/gmsacredentialspecs.windows.k8s.io";

/** Objects that only the last command removes. */
const CREDSPECS = [
  "CustomResourceDefinition//gmsacredentialspecs.windows.k8s.io",
  "GMSACredentialSpec//webapp1",
];

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
}

function manifestsOf(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, "utf8")).map(document => document.toJS() as Manifest);
}

function idOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

test("every installed object is removed, but for credential specs and those that other Pepr modules use", () => {
  const removed = ["webhooks.yaml", "objects.yaml", "in-pepr-system.yaml"]
    .flatMap(file => manifestsOf(join(ROOT, "deploy/uninstall", file)))
    .map(idOf);
  const installed = manifestsOf(MANIFEST)
    .map(idOf)
    // Removed by its label, because its name is not fixed.
    .filter(id => !/^Secret pepr-gmsa-module-/.test(id));
  const kept = "CustomResourceDefinition gmsacredentialspecs.windows.k8s.io";
  const shared = ["Namespace pepr-system", "CustomResourceDefinition peprstores.pepr.dev"];

  // In the other order, a Pod created in between is refused, because its contents are not inlined.
  expect(removed.slice(0, 2).map(id => id.split(" ")[0])).toEqual([
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
  ]);
  expect(installed.filter(id => !removed.includes(id)).sort()).toEqual([kept, ...shared].sort());
  expect(removed).toEqual(expect.not.arrayContaining([kept, ...shared]));
  const all = manifestsOf(join(ROOT, "deploy/uninstall/pepr-system/objects.yaml")).map(idOf);
  expect(all).toEqual(shared);
  expect(manifestsOf(join(ROOT, "deploy/uninstall/credspecs/crd.yaml")).map(idOf)).toEqual([kept]);
});

describeOnOwnBed("the documented commands", () => {
  let bed: Bed;
  let checkout: Checkout;
  let objects: Objects;
  const gmsaPod = podOf(NAMESPACE, "running", { serviceAccount: "web", credspec: "webapp1" });

  beforeAll(async () => {
    bed = await startBed({ replicas: 1, install: MANIFEST });
    checkout = await Checkout.copy(bed);
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await bed.kubectl(["create", "configmap", "of-another-module", "-n", "pepr-system"]);
    await objects.createCredspec("webapp1", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "use-webapp1",
      credspecs: ["webapp1"],
    });
    await eventually(
      () => objects.createPod(gmsaPod),
      ({ admitted }) => admitted,
    );
  }, 300_000);

  afterAll(async () => {
    await checkout.remove();
    await bed.stop();
  });

  /** All objects in the cluster with a name or namespace of the installation. */
  async function ours(): Promise<string[]> {
    const resources = await bed.kubectl(["api-resources", "--verbs=list", "-o", "name"]);
    const kinds = resources.stdout.trim().split("\n");
    const { stdout } = await bed.kubectl([
      ...["get", kinds.filter(kind => !kind.startsWith("events")).join(), "-A"],
      ...[
        "-o",
        "jsonpath={range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name}{'\\n'}{end}",
      ],
    ]);
    return stdout.split("\n").filter(line => /pepr|gmsa/i.test(line));
  }

  test("one removes all but credential specs, while Pods are created", async () => {
    expect((await ours()).length).toBeGreaterThan(10);
    const refused: Outcome[] = [];
    const end = new AbortController();
    let created = 0;
    const load = (async (): Promise<void> => {
      while (!end.signal.aborted) {
        for (const pod of [
          podOf(NAMESPACE, "plain"),
          { ...gmsaPod, metadata: { ...gmsaPod.metadata, name: "more" } },
        ]) {
          const outcome = await objects.createPod(pod, { dryRun: true });
          if (!outcome.admitted) refused.push(outcome);
          created++;
        }
      }
    })();
    // A kubelet stops the Pods of a deleted Deployment.
    const stopped = eventually(
      () =>
        bed.kubectl(["get", "deployment", "pepr-gmsa", "-n", "pepr-system"], {
          allowFailure: true,
        }),
      ({ code }) => code !== 0,
      30_000,
    ).then(() => bed.controllers?.stop());

    await checkout.run(commandsUnder(PAGE, "Remove it"));
    await stopped;
    end.abort();
    await load;

    expect(refused).toEqual([]);
    expect(created).toBeGreaterThan(20);
    const left = (await ours()).filter(id => /gmsa/i.test(id));
    const module = left.filter(id =>
      /^Secret\/pepr-system\/pepr-gmsa-module-[0-9a-f]{64}$/.test(id),
    );
    const stores = left.filter(id => id.startsWith("PeprStore/pepr-system/pepr-gmsa-"));
    expect(module).toHaveLength(1);
    expect(left.filter(id => ![...module, ...stores].includes(id))).toEqual(CREDSPECS);
    await bed.kubectl(["get", "-n", "pepr-system", "configmap", "of-another-module"]);
    const running = await objects.core.readNamespacedPod(gmsaPod.metadata);
    expect(running.spec?.securityContext?.windowsOptions?.gmsaCredentialSpec).toBe(validContents());
    await objects.deletePod(gmsaPod.metadata);
  }, 90_000);

  test("run again, it finds nothing to do", async () => {
    expect(await checkout.run(commandsUnder(PAGE, "Remove it"))).toBe("");
  });

  test("others remove the rest beside another Pepr module, which is kept", async () => {
    await checkout.run(commandsUnder(PAGE, "Beside other Pepr modules"));
    expect((await ours()).filter(id => /gmsa/i.test(id))).toEqual(CREDSPECS);
    await bed.kubectl(["get", "-n", "pepr-system", "configmap", "of-another-module"]);
  });

  test("another removes the namespace and PeprStore", async () => {
    const commands = commandsUnder(PAGE, "Remove the namespace as well");
    await checkout.run(commands);
    expect(await ours()).toEqual(CREDSPECS);
    expect(await checkout.run(commands)).toBe("");
  });

  test("another removes the credential specs and their CRD", async () => {
    const printed = await checkout.run(commandsUnder(PAGE, "Remove the credential specs as well"));
    expect(printed).toContain('"gmsacredentialspecs.windows.k8s.io" deleted');
    const { code } = await bed.kubectl(["get", CRD], { allowFailure: true });
    expect(code).not.toBe(0);
    expect(await ours()).toEqual([]);
  });
});
