/**
 * A CustomResourceDefinition in a Helm release of its own, as Rancher installs it: without
 * protection, helm would delete it together with every credential spec. On a cluster of its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import type { Report } from "../../cli/diagnosis/report/examine";
import { helmIn, type Helm } from "../../testbed/addons/helm";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { findHelm } from "../../testbed/programs/helm-program";
import { Checkout, commandsUnder } from "../e2e/documented-commands";
import { describeOnOwnBedWithHelm } from "../setup/with-helm";
import { gmsa } from "../support/gmsa-program";
import { oldCrd } from "../windows-gmsa/windows-gmsa-manifests";

const PAGE = "docs/how-to/migration.md";
const RELEASE = "rancher-gmsa-webhook-crd";
const NAMESPACE = "cattle-windows-gmsa-system";
const CRD = "gmsacredentialspecs.windows.k8s.io";

describeOnOwnBedWithHelm("a CustomResourceDefinition of another Helm release", () => {
  let folder: string;
  let bed: Bed;
  let helm: Helm;
  let checkout: Checkout;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gmsa-crd-release-"));
    bed = await startBed();
    helm = helmIn(await findHelm(console.error), folder, bed.kubeconfigPath);
    checkout = await Checkout.copy(bed);
    await helm([
      ...["install", RELEASE, chartOf(folder)],
      ...["--namespace", NAMESPACE, "--create-namespace"],
    ]);
    await bed.kubectl(["wait", "--for=condition=Established", `crd/${CRD}`]);
    await new Objects(bed.kubeConfig).createCredspec("webapp1", validCredspec());
  }, 600_000);

  afterAll(async () => {
    await checkout.remove();
    await bed.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function uninstalled(): ReturnType<Helm> {
    return helm(["uninstall", RELEASE, "--namespace", NAMESPACE, "--debug"], {
      allowFailure: true,
    });
  }

  async function credspecs(): Promise<string> {
    const { stdout } = await bed.kubectl(
      ["get", "gmsacredentialspecs.windows.k8s.io", "-o", "name"],
      {
        allowFailure: true,
      },
    );
    return stdout.trim();
  }

  async function doctor(): Promise<unknown[]> {
    const { stdout } = await gmsa(["doctor", "--check", "credspecs-kept", "-o", "json"], {
      env: { KUBECONFIG: bed.kubeconfigPath },
    });
    const { checks } = JSON.parse(stdout) as Report;
    return checks.flatMap(({ observed }) => observed.map(({ level, message }) => [level, message]));
  }

  test("keeps the release as its owner when this module is applied over it", async () => {
    await checkout.run(commandsUnder(PAGE, "Step 0: back up"));
    await bed.apply(MANIFEST);
    expect(await doctor()).toEqual([
      [
        "warn",
        `CustomResourceDefinition/${CRD} belongs to the Helm release ${NAMESPACE}/${RELEASE}: when that is ` +
          "uninstalled, the CustomResourceDefinition is deleted, and with it every credential spec",
      ],
    ]);
  });

  test("helm uninstall of it is refused while the guard is there", async () => {
    // The API server takes a moment to apply a new policy.
    await eventually(
      () => bed.kubectl(["delete", "crd", CRD, "--dry-run=server"], { allowFailure: true }),
      ({ code }) => code !== 0,
    );
    const { code, stderr } = await uninstalled();
    expect(code).not.toBe(0);
    expect(stderr).toContain(`failed to delete release: ${RELEASE}`);
    expect(stderr).toContain("ValidatingAdmissionPolicy 'gmsa-keep-credspecs'");
    expect(stderr).toContain(`\`kubectl annotate crd ${CRD} gmsa.pepr.dev/delete-credspecs=true\``);
    expect(await credspecs()).toBe("gmsacredentialspec.windows.k8s.io/webapp1");
  }, 120_000);

  test("is released from Helm by the documented commands, and is not deleted", async () => {
    await checkout.run(commandsUnder(PAGE, "The CRD of another Helm release"));
    const { stdout } = await helm(["list", "--all", "--all-namespaces", "--short"]);
    expect(stdout.trim()).toBe("");
    expect((await uninstalled()).stderr).toContain("not found");
    expect(await credspecs()).toBe("gmsacredentialspec.windows.k8s.io/webapp1");
    expect(await doctor()).toEqual([
      [
        "pass",
        "the CustomResourceDefinition is protected, and does not belong to another installation",
      ],
    ]);
  }, 60_000);

  test("is restored from the backup, if it is deleted anyway", async () => {
    await checkout.run(
      commandsUnder("docs/how-to/install.md", "Remove the credential specs as well"),
    );
    expect(await credspecs()).toBe("");
    await checkout.run("kubectl create -f crd-backup.yaml");
    await bed.kubectl(["wait", "--for=condition=Established", `crd/${CRD}`]);
    await checkout.run("kubectl create -f credspecs-backup.yaml");
    expect(await credspecs()).toBe("gmsacredentialspec.windows.k8s.io/webapp1");
  }, 60_000);
});

/** A chart with only that object in its templates, like Rancher's. */
function chartOf(folder: string): string {
  const chart = join(folder, RELEASE);
  mkdirSync(join(chart, "templates"), { recursive: true });
  const metadata = { apiVersion: "v1", name: RELEASE, type: "application", version: "0.2.0" };
  writeFileSync(join(chart, "Chart.yaml"), stringify(metadata));
  writeFileSync(join(chart, "templates", "crds.yaml"), stringify(oldCrd()));
  return chart;
}
