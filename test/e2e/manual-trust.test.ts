/** certificates.trust: manual, as a person installs and uses it. On a cluster of its own. */
import { AdmissionregistrationV1Api, CoreV1Api } from "@kubernetes/client-node";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CertificateStatus } from "../../cli/certificates/model";
import type { Bed } from "../../testbed/bed/bed";
import { startBed } from "../../testbed/bed/local-bed";
import { render } from "../../testbed/manifests/rendering";
import { Objects } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { describeOnOwnBed } from "../setup/own-bed";
import { gmsa as run, type GmsaResult } from "../support/gmsa-program";
import { ownRules } from "./account-rules";

const NAMESPACE = "gmsa-manual-trust";
const ACCOUNT = "system:serviceaccount:pepr-system:pepr-gmsa-certificates";
const KINDS = {
  mutatingwebhookconfigurations: "MutatingWebhookConfiguration",
  validatingwebhookconfigurations: "ValidatingWebhookConfiguration",
} as const;

describeOnOwnBed("trust that a person writes", () => {
  let bed: Bed;
  let folder: string;
  let objects: Objects;
  let first: GmsaResult;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gmsa-manual-trust-"));
    const file = join(folder, "gmsa.yaml");
    writeFileSync(file, await render(["manual-trust"]));
    bed = await startBed({ replicas: 2 });
    await bed.apply(file);
    // The replicas wait for the certificate, which waits for the command.
    [first] = await Promise.all([gmsa("certs", "trust"), bed.runControllers({ replicas: 2 })]);
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("manual", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-manual",
      credspecs: ["manual"],
    });
  }, 400_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function gmsa(...args: string[]): Promise<GmsaResult> {
    return run(args, { env: { KUBECONFIG: bed.kubeconfigPath } });
  }

  function create(): ReturnType<Objects["createPod"]> {
    const pod = podOf(NAMESPACE, "pod", { serviceAccount: "web", credspec: "manual" });
    return objects.createPod(pod, { dryRun: true });
  }

  async function status(): Promise<CertificateStatus> {
    return JSON.parse((await gmsa("certs", "status", "-o", "json")).stdout) as CertificateStatus;
  }

  async function secret(name: string): Promise<Record<string, string>> {
    const core = bed.kubeConfig.makeApiClient(CoreV1Api);
    const { data = {} } = await core.readNamespacedSecret({ namespace: "pepr-system", name });
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );
  }

  /** Resource versions of both webhook configurations. */
  async function versions(): Promise<(string | undefined)[]> {
    const admission = bed.kubeConfig.makeApiClient(AdmissionregistrationV1Api);
    const found = await Promise.all([
      admission.readMutatingWebhookConfiguration({ name: "pepr-gmsa" }),
      admission.readValidatingWebhookConfiguration({ name: "pepr-gmsa" }),
    ]);
    return found.map(({ metadata }) => metadata?.resourceVersion);
  }

  test("one command lets the API server trust a CA of ten years, and GMSA Pods are admitted", async () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain(
      "Both webhook configurations trust the CA and call the path now.",
    );
    expect(first.stdout).toContain("secret/pepr-gmsa-authority: holds the CA, until ");
    await eventually(create, ({ admitted }) => admitted, 60_000);
    const found = await status();
    expect(found).toMatchObject({ healthy: true, source: "keeper", trust: "manual" });
    expect(found.authority?.daysLeft).toBe(3649);
    const doctor = await gmsa("doctor", "--check", "certificate");
    expect(doctor).toMatchObject({ code: 0 });
  }, 90_000);

  test("the pair rotates below the CA, and nothing is written to the webhook configurations", async () => {
    const [before, trusted] = [await secret("pepr-gmsa-tls"), await versions()];
    const renewed = await gmsa("certs", "renew");
    expect(renewed).toMatchObject({ code: 0 });
    expect(renewed.stdout).not.toContain("stays trusted");
    const after = await secret("pepr-gmsa-tls");
    const authority = await secret("pepr-gmsa-authority");
    const ca = new X509Certificate(authority["ca.crt"] ?? "");
    const [old, leaf] = [before, after].map(pair => new X509Certificate(pair["tls.crt"] ?? ""));
    expect(leaf?.fingerprint256).not.toBe(old?.fingerprint256);
    expect(leaf?.verify(ca.publicKey)).toBe(true);
    expect(after["ca.crt"]).toBe(authority["ca.crt"]);
    expect(await versions()).toEqual(trusted);
    await eventually(create, ({ admitted }) => admitted, 60_000);
    expect(await status()).toMatchObject({ healthy: true });
  }, 300_000);

  test("a second run changes nothing, and only another run repairs a configuration applied again", async () => {
    const before = await versions();
    expect((await gmsa("certs", "trust")).stdout).toContain(
      "Both webhook configurations trust the CA and call the path.",
    );
    expect(await versions()).toEqual(before);
    await bed.kubectl([
      ...["patch", "mutatingwebhookconfiguration", "pepr-gmsa", "--type=json", "-p"],
      JSON.stringify([{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }]),
    ]);
    const broken = await gmsa("certs", "status");
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stdout).toContain("its caBundle lacks the CA.\n  Run `gmsa certs trust`.");
    expect(await gmsa("certs", "trust")).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ healthy: true });
  }, 120_000);

  test("the certificate controller reads the CA and the path, and writes the key pair alone", async () => {
    const account = { namespace: "pepr-system", name: "pepr-gmsa-certificates" };
    expect(await ownRules(bed, account, "default")).toEqual([]);
    expect(await ownRules(bed, account, "pepr-system")).toEqual([
      "events [] [] [create]",
      "secrets [] [pepr-gmsa-api-path] [get]",
      "secrets [] [pepr-gmsa-authority] [get]",
      "secrets [] [pepr-gmsa-tls] [get update]",
    ]);
  });

  test.each(Object.keys(KINDS) as (keyof typeof KINDS)[])(
    "the certificate controller has no right on %s",
    async kind => {
      const may = await bed.kubectl(
        ["auth", "can-i", "patch", `${kind}/pepr-gmsa`, `--as=${ACCOUNT}`],
        { allowFailure: true },
      );
      expect(may.stdout.trim()).toBe("no");
      // Sent without being read first.
      const apiVersion = "admissionregistration.k8s.io/v1";
      const patched = await bed.kubectl(
        ["apply", "--server-side", "--validate=false", "-f", "-", `--as=${ACCOUNT}`],
        {
          stdin: JSON.stringify({
            ...{ apiVersion, kind: KINDS[kind] },
            metadata: { name: "pepr-gmsa", labels: { taken: "over" } },
          }),
          allowFailure: true,
        },
      );
      expect(patched.stderr).toContain(`cannot patch resource "${kind}"`);
      const read = await bed.kubectl(["get", kind, "pepr-gmsa", `--as=${ACCOUNT}`], {
        allowFailure: true,
      });
      expect(read.stderr).toContain(`cannot get resource "${kind}"`);
    },
  );
});
