/**
 * Step 4 of docs/how-to/migration.md for windows-gmsa's chart with cert-manager, which is the
 * chart's default. Uses the real cert-manager, which recreates objects that are deleted in the
 * wrong order. On a cluster of its own.
 */
import { startCertManager, type CertManager } from "../../testbed/addons/cert-manager";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { eventually } from "../../testbed/objects/eventually";
import { Checkout, commandsUnder } from "../e2e/documented-commands";
import { describeWithGo } from "../setup/with-go";
import { byChart, oldCrd, oldObjects } from "../windows-gmsa/windows-gmsa-manifests";

const PAGE = "docs/how-to/migration.md";
const SECRET = "gmsa-server-cert";
/** Longer than cert-manager takes to recreate a missing Secret. */
const QUIET_MS = 5000;

describeWithGo("windows-gmsa's chart with cert-manager", () => {
  let bed: Bed;
  let checkout: Checkout;
  let certManager: CertManager;

  beforeAll(async () => {
    bed = await startBed();
    checkout = await Checkout.copy(bed);
    certManager = await startCertManager(bed, line => {
      console.warn(line);
    });
    const pair = { ca: "", certificate: "", key: "" };
    const objects = [oldCrd(), ...oldObjects(byChart, pair), ...certificateObjects()].filter(
      object => (object as { kind: string }).kind !== "Secret",
    );
    for (const object of objects) {
      await bed.kubectl(["create", "-f", "-"], { stdin: JSON.stringify(object) });
    }
    await certManager.ready(byChart.namespace, byChart.name);
  }, 900_000);

  afterAll(async () => {
    await checkout.remove();
    await certManager.stop();
    await bed.stop();
  });

  async function left(): Promise<string[]> {
    const kinds = [
      ...["certificates.cert-manager.io", "certificaterequests.cert-manager.io"],
      ...["issuers.cert-manager.io", "deployments", "services", "secrets", "serviceaccounts"],
    ];
    const { stdout } = await bed.kubectl([
      ...["get", kinds.join(), "-n", byChart.namespace, "-o", "name"],
    ]);
    return stdout.split("\n").filter(line => line !== "" && line !== "serviceaccount/default");
  }

  test("the Secret comes back while its Certificate is there", async () => {
    await bed.kubectl(["delete", "secret", SECRET, "-n", byChart.namespace]);
    const again = await eventually(left, names => names.includes(`secret/${SECRET}`), 60_000);
    expect(again).toContain(`secret/${SECRET}`);
    await certManager.ready(byChart.namespace, byChart.name);
  }, 120_000);

  test("the documented commands remove every object, and none comes back", async () => {
    for (const heading of [
      "Step 4: remove the old webhook",
      "As the chart left it, with cert-manager",
      "As the chart left it",
    ]) {
      await checkout.run(commandsUnder(PAGE, "By the chart") + commandsUnder(PAGE, heading));
    }
    // Requests belong to the Certificate, and the garbage collector is slow with custom resources.
    await eventually(left, names => names.length === 0, 90_000);
    await new Promise(resolve => setTimeout(resolve, QUIET_MS));
    expect(await left()).toEqual([]);
  }, 120_000);
});

/** The objects of the chart, named after the release. */
function certificateObjects(): object[] {
  const { name, namespace } = byChart;
  const apiVersion = "cert-manager.io/v1";
  const metadata = { name, namespace };
  const host = `${name}.${namespace}.svc`;
  return [
    { apiVersion, kind: "Issuer", metadata, spec: { selfSigned: {} } },
    {
      apiVersion,
      kind: "Certificate",
      metadata,
      spec: {
        dnsNames: [host, `${host}.cluster.local`],
        issuerRef: { kind: "Issuer", name },
        secretName: SECRET,
      },
    },
  ];
}
