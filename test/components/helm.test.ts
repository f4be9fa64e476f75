/** The chart on a real API server, with the real helm: from installation to removal. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makePair } from "../../certificates/authority";
import { writeChart } from "../../tools/build/chart/chart";
import { renderInstallation } from "../../tools/build/chart/rendered-installation";
import { findHelm, HELM_MAJORS } from "../../testbed/programs/helm-program";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { findBinaries } from "../../testbed/programs/binaries";
import { helmIn, type Helm } from "../../testbed/addons/helm";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBedWithHelm } from "../setup/with-helm";
import { doctorSays, NOTHING_TO_LOOK_AT } from "./doctor-report";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, type Outcome } from "../../testbed/objects/cluster-objects";
import { deletions } from "./helm-deletions";
import { moduleHash, otherBuild } from "./other-build";
import { podOf } from "../../testbed/objects/pods";

const CHART = join(__dirname, "../../dist/chart/gmsa");
const NAMESPACE = "gmsa-helm";
/** The data that identifies an installation, and that no build contains. */
interface Identity {
  /** Hashes of the data in the Secrets. */
  tls: Record<string, string>;
  path: Record<string, string>;
  clientConfigs: { caBundle?: string }[];
}

const CONFIGURATIONS = ["mutatingwebhookconfiguration", "validatingwebhookconfiguration"];

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describeOnOwnBedWithHelm.each(HELM_MAJORS)("the chart with Helm %i", major => {
  let folder: string;
  let otherChart: string;
  let modules: { first: string; other: string };
  let bed: Bed;
  let helm: Helm;
  let objects: Objects;
  let installed: Identity;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gmsa-helm-"));
    const program = await findHelm(console.error, major);
    const { kubectl } = await findBinaries(console.error);
    const rendering = await renderInstallation(kubectl);
    const other = otherBuild(rendering);
    modules = { first: moduleHash(rendering), other: moduleHash(other) };
    otherChart = join(folder, "other");
    writeChart(otherChart, other);
    bed = await startBed();
    helm = helmIn(program, folder, bed.kubeconfigPath);
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "use-webapp1",
      credspecs: ["webapp1"],
    });
  }, 600_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const release = ["--namespace=pepr-system"];

  function install(...flags: string[]): ReturnType<Helm> {
    return helm(["install", "gmsa", CHART, ...release, ...flags]);
  }

  async function json<Shape>(...args: string[]): Promise<Shape> {
    const { stdout } = await bed.kubectl(["get", "-n", "pepr-system", "-o", "json", ...args]);
    return JSON.parse(stdout) as Shape;
  }

  async function identity(): Promise<Identity> {
    const data = async (name: string): Promise<Record<string, string>> => {
      const secret = await json<{ data?: Record<string, string> }>("secret", name);
      // Keys must not appear in the message of a failure.
      return Object.fromEntries(
        Object.entries(secret.data ?? {}).map(([key, value]) => [key, sha256(value)]),
      );
    };
    const clientConfigs = await Promise.all(
      CONFIGURATIONS.map(async kind => {
        const { webhooks } = await json<{ webhooks: { clientConfig: { caBundle?: string } }[] }>(
          kind,
          "pepr-gmsa",
        );
        return webhooks.map(({ clientConfig }) => clientConfig);
      }),
    );
    return {
      tls: await data("pepr-gmsa-tls"),
      path: await data("pepr-gmsa-api-path"),
      clientConfigs: clientConfigs.flat(),
    };
  }

  /** The CA certificates of the mutating webhook, as PEM. */
  async function trusted(): Promise<string> {
    const [mutate] = (await identity()).clientConfigs;
    return Buffer.from(mutate?.caBundle ?? "", "base64").toString();
  }

  function createGmsaPod(): Promise<Outcome> {
    const pod = podOf(NAMESPACE, "gmsa", { serviceAccount: "web", credspec: "webapp1" });
    return objects.createPod(pod, { dryRun: true });
  }

  async function expectGmsaPodsToPass(): Promise<void> {
    const outcome = await eventually(createGmsaPod, ({ admitted }) => admitted);
    expect(outcome).toMatchObject({
      pod: {
        spec: { securityContext: { windowsOptions: { gmsaCredentialSpec: validContents() } } },
      },
    });
  }

  /** Creates GMSA Pods one after the other while `work` runs; resolves to the refusals. */
  async function refusalsDuring(work: () => Promise<unknown>): Promise<Outcome[]> {
    const refusals: Outcome[] = [];
    let created = 0;
    const stop = new AbortController();
    const load = (async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const outcome = await createGmsaPod();
        created++;
        if (!outcome.admitted) refusals.push(outcome);
      }
    })();
    try {
      await work();
    } finally {
      stop.abort();
      await load;
    }
    expect(created).toBeGreaterThan(100);
    return refusals;
  }

  async function moduleSecrets(): Promise<string[]> {
    const { items } = await json<{ items: { metadata: { name: string } }[] }>("secret");
    return items
      .map(({ metadata }) => /^pepr-gmsa-module-(.*)/.exec(metadata.name)?.[1])
      .filter(hash => hash !== undefined);
  }

  test("is refused in any namespace but pepr-system, before any object is created", async () => {
    const args = ["install", "gmsa", CHART, "--namespace=gmsa", "--create-namespace"];
    const { code, stderr } = await helm(args, { allowFailure: true });
    expect(code).toBe(1);
    expect(stderr).toContain("this chart must be installed into namespace pepr-system");
  });

  test("is installed, and GMSA Pods pass", async () => {
    const { stdout } = await install("--create-namespace");
    expect(stdout).toContain("STATUS: deployed");
    await objects.createCredspec("webapp1", validCredspec());
    await bed.runControllers();
    await expectGmsaPodsToPass();
    installed = await identity();
    expect(JSON.stringify(installed)).toMatch(
      /"tls.crt":"\w.*"caBundle":"\w.*"path":"\/mutate\/\w/,
    );
  }, 120_000);

  test("upgraded to the same version, changes nothing", async () => {
    const versions = async (): Promise<unknown> => {
      const { items } = await json<{
        items: { kind: string; metadata: { name: string; resourceVersion: string } }[];
      }>([...CONFIGURATIONS, "deployment,secret,service,clusterrole,role,crd"].join());
      return items
        .filter(({ metadata }) => !metadata.name.startsWith("sh.helm.release"))
        .map(({ kind, metadata }) => [kind, metadata.name, metadata.resourceVersion]);
    };
    const before = await versions();
    await helm(["upgrade", "gmsa", CHART, ...release]);
    expect(await versions()).toEqual(before);
  });

  test("passes every check of gmsa doctor", async () => {
    expect(await doctorSays(bed, NOTHING_TO_LOOK_AT)).toEqual(NOTHING_TO_LOOK_AT);
  }, 60_000);

  test("after kubectl scale, is upgraded: with Helm 4 by --force-conflicts only", async () => {
    await bed.kubectl(["scale", "-n", "pepr-system", "deployment/pepr-gmsa", "--replicas=1"]);
    const upgrade = ["upgrade", "gmsa", CHART, ...release];
    const { stderr } = await helm(upgrade, { allowFailure: true });
    const conflict = 'conflict with "kubectl" with subresource "scale"';
    expect(stderr.includes(conflict)).toBe(major === 4);
    await helm(major === 4 ? [...upgrade, "--force-conflicts"] : upgrade);
    const { spec } = await json<{ spec: { replicas: number } }>("deployment", "pepr-gmsa");
    expect(spec.replicas).toBe(2);
  }, 60_000);

  test("upgraded to another build and other values, loses no Pod and keeps its identity", async () => {
    const values = ["--set=logLevel=info,podLabels.team=identity,replicas=3,viewerRole=true"];
    const refusals = await refusalsDuring(async () => {
      await helm(["upgrade", "gmsa", otherChart, ...release, ...values]);
      // Old Pods may restart as long as they exist, and need the Secret of their module.
      expect(new Set(await moduleSecrets())).toEqual(new Set(Object.values(modules)));
      await bed.controllers?.rollout();
    });
    expect(refusals).toEqual([]);
    expect(await identity()).toEqual(installed);
    const { spec } = await json<{ spec: unknown }>("deployment", "pepr-gmsa");
    expect(spec).toMatchObject({
      replicas: 3,
      template: {
        metadata: { labels: { team: "identity" } },
        spec: { containers: [{ args: [expect.anything(), modules.other] }] },
      },
    });
  }, 180_000);

  test("rolled back, loses no Pod and keeps its identity", async () => {
    const refusals = await refusalsDuring(async () => {
      await helm(["rollback", "gmsa", "1", ...release]);
      expect(new Set(await moduleSecrets())).toEqual(new Set(Object.values(modules)));
      await bed.controllers?.rollout();
    });
    expect(refusals).toEqual([]);
    expect(await identity()).toEqual(installed);
    const { spec } = await json<{ spec: unknown }>("deployment", "pepr-gmsa");
    expect(spec).toMatchObject({
      replicas: 2,
      template: { spec: { containers: [{ args: [expect.anything(), modules.first] }] } },
    });
    const viewer = await bed.kubectl(["get", "clusterrole", "gmsacredentialspecs-viewer"], {
      allowFailure: true,
    });
    expect(viewer.stderr).toContain("NotFound");
  }, 180_000);

  test("serves a certificate of the user's, and after a rollback its own again", async () => {
    const brought = await makePair(30);
    await objects.core.createNamespacedSecret({
      namespace: "pepr-system",
      body: {
        metadata: { name: "from-our-ca" },
        stringData: {
          "tls.crt": brought.certificate,
          "tls.key": brought.key,
          "ca.crt": brought.ca,
        },
      },
    });
    const values = ["--set=certificates.source=secret,certificates.secretName=from-our-ca"];
    const { stdout } = await helm(["upgrade", "gmsa", CHART, ...release, ...values]);
    expect(stdout).toContain("The replicas serve the certificate in Secret from-our-ca");
    await bed.runControllers();
    await expectGmsaPodsToPass();
    expect(await trusted()).toContain(brought.ca.trim());
    expect(await doctorSays(bed, NOTHING_TO_LOOK_AT)).toEqual(NOTHING_TO_LOOK_AT);

    await helm(["rollback", "gmsa", ...release]);
    await bed.runControllers();
    await expectGmsaPodsToPass();
    expect(await identity()).toMatchObject({ tls: installed.tls, path: installed.path });
  }, 120_000);

  test("uninstalled, removes the webhook configurations, and leaves the credential specs", async () => {
    const { stdout, stderr } = await helm(["uninstall", "gmsa", ...release, "--debug"]);
    const order = deletions(stderr);
    expect(order).toContain("Deployment/pepr-gmsa");
    const webhooks = order.filter(object => object.includes("WebhookConfiguration/"));
    const kinds = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
    const [validating, mutating] = kinds.map(kind => `${kind}/pepr-gmsa`);
    expect(webhooks).toEqual(major === 4 ? [validating, mutating] : [mutating, validating]);
    // Helm 3 does not sort these, and deletes them last: GMSA Pods are refused for a moment.
    expect(order.indexOf(webhooks[0] ?? "") === 0).toBe(major === 4);
    expect(stdout).toContain("[CustomResourceDefinition] gmsacredentialspecs.windows.k8s.io");
    for (const kind of CONFIGURATIONS) {
      const { stderr: answer } = await bed.kubectl(["get", kind, "pepr-gmsa"], {
        allowFailure: true,
      });
      expect(answer).toContain("NotFound");
    }
    await bed.kubectl(["get", "gmsacredentialspec", "webapp1"]);
    // As documented: without the webhook, contents are neither inlined nor checked.
    expect(await createGmsaPod()).toMatchObject({ admitted: true });
  });

  test("installed again, is the same installation as before", async () => {
    await install();
    await bed.runControllers();
    await expectGmsaPodsToPass();
    expect(await identity()).toMatchObject({ tls: installed.tls, path: installed.path });
  }, 120_000);

  test("takes over an installation that kubectl created, with its identity", async () => {
    await helm(["uninstall", "gmsa", ...release]);
    await bed.controllers?.stop();
    await bed.kubectl(["delete", "namespace", "pepr-system"]);
    await bed.kubectl([
      "delete",
      "crd",
      "gmsacredentialspecs.windows.k8s.io",
      "peprstores.pepr.dev",
    ]);
    await bed.apply(MANIFEST);
    await bed.runControllers();
    await objects.createCredspec("webapp1", validCredspec());
    await expectGmsaPodsToPass();
    const before = await identity();
    expect(before).not.toEqual(installed);

    const { code, stderr } = await helm(["install", "gmsa", CHART, ...release], {
      allowFailure: true,
    });
    expect(code).toBe(1);
    expect(stderr).toContain("exists and cannot be imported into the current release");
    const refusals = await refusalsDuring(async () => {
      await install("--take-ownership");
      await bed.controllers?.rollout();
    });
    expect(refusals).toEqual([]);
    expect(await identity()).toEqual(before);
  }, 240_000);
});
