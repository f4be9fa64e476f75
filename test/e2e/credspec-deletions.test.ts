/**
 * The warnings for deleting a credential spec with the component usage-count. On a cluster of its
 * own.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { workloadOf } from "../../testbed/objects/workloads";
import { render } from "../../testbed/manifests/rendering";
import { describeOnOwnBed } from "../setup/own-bed";
import { expectDocumented } from "./documented-message";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

const SHOP = "shop";
const CONSEQUENCE = "refused from now on, until it exists again";

describeOnOwnBed("with component usage-count", () => {
  let bed: Bed;
  let objects: Objects;

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), "gmsa-deletions-"));
    const file = join(dir, "gmsa.yaml");
    writeFileSync(file, await render(["usage-count"]));
    bed = await startBed({ replicas: 1, install: file });
    rmSync(dir, { recursive: true, force: true });
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(SHOP);
    // From now on, the API server sends deletions to the controller.
    await eventually(
      () =>
        objects.createCredspec("broken", {}, { dryRun: true }).then(
          () => "stored",
          () => "refused",
        ),
      outcome => outcome === "refused",
    );
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  test("the controller may list what it counts, and nothing else", async () => {
    const may = async (verb: string, resource: string): Promise<string> => {
      const user = "--as=system:serviceaccount:pepr-system:pepr-gmsa";
      const args = ["auth", "can-i", verb, resource, "--all-namespaces", user];
      return (await bed.kubectl(args, { allowFailure: true })).stdout.trim();
    };
    for (const resource of ["pods", "deployments.apps", "cronjobs.batch"]) {
      expect(`${resource}: ${await may("list", resource)}`).toBe(`${resource}: yes`);
      expect(`${resource}: ${await may("watch", resource)}`).toBe(`${resource}: no`);
    }
    for (const resource of ["secrets", "configmaps", "replicasets.apps", "gmsacredentialspecs"]) {
      expect(`${resource}: ${await may("list", resource)}`).toBe(`${resource}: no`);
    }
  });

  test("a user who deletes a credential spec is warned about its users, and it is gone", async () => {
    await objects.createCredspec("webapp1", validCredspec());
    const { spec } = podOf(SHOP, "web", { credspec: "webapp1" });
    const items = ["web", "nightly"].map(name =>
      workloadOf(name === "web" ? "Deployment" : "CronJob", { name, namespace: SHOP }, spec),
    );
    await bed.kubectl(["apply", "-f", "-"], {
      stdin: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    });
    const { stdout, stderr } = await bed.kubectl(["delete", "gmsa", "webapp1"]);
    const warning = `Warning: 2 workloads in 1 namespace use GMSA cred spec "webapp1" (shop/Deployment web, shop/CronJob nightly): running Pods keep running, new ones are ${CONSEQUENCE}.`;
    expect(stderr).toBe(`${warning}\n`);
    expect(stdout).toContain("deleted");
    expectDocumented(warning, bed, "reference/early-warnings.md");
  });

  test("a user who deletes an unused credential spec gets no warning", async () => {
    await objects.createCredspec("unused", validCredspec());
    const { stdout, stderr } = await bed.kubectl(["delete", "gmsa", "unused"]);
    expect({ stdout: stdout.includes("deleted"), stderr }).toEqual({ stdout: true, stderr: "" });
  });

  test("without the right to list workloads, it is still deleted", async () => {
    await bed.kubectl(["delete", "clusterrolebinding", "pepr-gmsa-usage-count"]);
    const warning = (name: string): string =>
      `Warning: Pods that name GMSA cred spec "${name}" are ${CONSEQUENCE}; \`gmsa status -A\` lists their workloads.\n`;
    let round = 0;
    // Until the authorizer has the change, and the cached count has expired.
    const { name, stderr } = await eventually(
      async () => {
        const unlisted = `unlisted-${round++}`;
        await objects.createCredspec(unlisted, validCredspec());
        return { name: unlisted, ...(await bed.kubectl(["delete", "gmsa", unlisted])) };
      },
      printed => printed.stderr !== "",
      20_000,
    );
    expect(stderr).toBe(warning(name));
  }, 30_000);
});
