/** `gmsa certs` as users run it, while Pods are being created. On a cluster of its own. */
import { CoreV1Api } from "@kubernetes/client-node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

import type { SignedPair } from "../../certificates/authority";
import type { CertificateStatus } from "../../cli/certificates/model";
import { KubeInstallation } from "../../certificates/kube-installation";
import { servedFingerprint } from "../../certificates/served-fingerprint";
import { certificatesIn } from "../../pki/trust-bundle";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import type { Controllers } from "../../testbed/controller/controller";
import { DatedPki } from "../fixtures/dated-pki";
import { ownPki } from "../fixtures/own-pki";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { gmsa as run } from "../support/gmsa-program";
import type { GmsaResult } from "../support/gmsa-program";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { describeOnOwnBed } from "../setup/own-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Load } from "./load";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

const NAMESPACE = "gmsa-certs";

describeOnOwnBed("gmsa certs", () => {
  let bed: Bed;
  let controllers: Controllers;
  let objects: Objects;
  let folder: string;
  let own: SignedPair;

  beforeAll(async () => {
    [bed, own] = await Promise.all([startBed({ replicas: 2, install: MANIFEST }), ownPki()]);
    if (bed.controllers === undefined) {
      throw new Error("a bed of our own has controllers");
    }
    controllers = bed.controllers;
    folder = mkdtempSync(join(tmpdir(), "gmsa-certs-"));
    file("tls.crt", own.certificate);
    file("tls.key", own.key);
    file("ca.crt", own.ca);
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("certs", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-certs",
      credspecs: ["certs"],
    });
    await eventually(create, ({ admitted }) => admitted);
  }, 300_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await bed.stop();
  });

  function create(): ReturnType<Objects["createPod"]> {
    const pod = podOf(NAMESPACE, "load", { serviceAccount: "web", credspec: "certs" });
    return objects.createPod(pod, { dryRun: true });
  }

  /** @returns the path of a file with this content. */
  function file(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  function gmsa(...args: string[]): Promise<GmsaResult> {
    return run(args, { env: { KUBECONFIG: bed.kubeconfigPath } });
  }

  function use(cert: string, key: string, ca: string): Promise<GmsaResult> {
    return gmsa("certs", "use", "--cert", cert, "--key", key, "--ca", ca);
  }

  async function status(): Promise<CertificateStatus> {
    return JSON.parse((await gmsa("certs", "status", "-o", "json")).stdout) as CertificateStatus;
  }

  async function secretVersion(): Promise<string | undefined> {
    const core = bed.kubeConfig.makeApiClient(CoreV1Api);
    const secret = await core.readNamespacedSecret({
      namespace: "pepr-system",
      name: "pepr-gmsa-tls",
    });
    return secret.metadata?.resourceVersion;
  }

  /** Waits until both replicas serve the certificate in the status, and returns it. */
  async function servedByBoth(): Promise<string> {
    const { certificate } = await status();
    const served = await eventually(
      () => Promise.all(controllers.replicas.map(({ address }) => servedFingerprint(address))),
      fingerprints => fingerprints.every(fingerprint => fingerprint === certificate?.fingerprint),
      60_000,
    );
    expect(served).toHaveLength(2);
    return served[0] ?? "";
  }

  test("status shows who trusts the certificate, as text and as JSON", async () => {
    const table = await gmsa("certs", "status");
    expect(table).toMatchObject({ code: 0, stderr: "" });
    expect(table.stdout).toMatch(/^source +created and renewed by pepr-gmsa-certificates$/m);
    expect(table.stdout).toMatch(
      /^ValidatingWebhookConfiguration\/pepr-gmsa +✔ trusts it   ✔ calls its path$/m,
    );
    expect(table.stdout).toMatch(/^replicas +not reachable: no Pod of deployment\/pepr-gmsa/m);
    expect(table.stdout).toMatch(/✔ No problems found\.\n$/);
    expect(table.stdout).not.toContain("\u001b");

    const [json, yaml] = await Promise.all([
      gmsa("certs", "status", "-o", "json"),
      gmsa("certs", "status", "-o", "yaml", "--context", "bed"),
    ]);
    const value = JSON.parse(json.stdout) as CertificateStatus;
    expect(value).toMatchObject({
      healthy: true,
      source: "keeper",
      certificate: { daysLeft: 364 },
    });
    expect(parse(yaml.stdout)).toEqual(value);
  });

  test("status looks at the Secret that the keeper is set to", async () => {
    const keeper = ["deployment/pepr-gmsa-certificates", "-n", "pepr-system"];
    await bed.kubectl(["set", "env", ...keeper, "TLS_SECRET=another"]);
    const result = await gmsa("certs", "status");
    await bed.kubectl(["set", "env", ...keeper, "TLS_SECRET-"]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain('the API server answered 404: secrets "another" not found');
  });

  test("wrong usage ends with 2, an unreachable API server with 1, and neither prints a stack", async () => {
    const usage = await Promise.all([
      gmsa("certs", "status", "-o", "xml"),
      gmsa("certs", "use"),
      gmsa("certs", "use", "--own", "--key", join(folder, "tls.key")),
      gmsa("certs", "renew", "--timeout", "soon"),
      gmsa("certs", "status", "--context", "another"),
      gmsa("certs", "status", "--kubeconfig", join(folder, "none")),
    ]);
    expect(usage.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(usage[4].stderr).toBe('error: the kubeconfig has no context "another"\nIt has bed.\n');

    const kubeconfig = { clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:1" } }] };
    const context = {
      contexts: [{ name: "a", context: { cluster: "a" } }],
      "current-context": "a",
    };
    const away = file("away", JSON.stringify({ ...kubeconfig, ...context }));
    const result = await gmsa("certs", "status", "--kubeconfig", away);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("the server 127.0.0.1:1 refused the connection");
    for (const { stderr } of [...usage, result]) {
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });

  test("a pair that could not be served is refused, and nothing is changed", async () => {
    const [before, other] = [await secretVersion(), await ownPki(["other.example"])];
    const [cert, key, ca] = ["tls.crt", "tls.key", "ca.crt"].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const [leaf] = certificatesIn(own.certificate);
    const results = await Promise.all([
      use(cert, file("other.key", other.key), ca),
      use(cert, key, file("other.crt", other.ca)),
      use(file("leaf.crt", String(leaf)), key, ca),
      use(file("name.crt", other.certificate), file("name.key", other.key), file("n.ca", other.ca)),
      use(file("broken.crt", own.certificate.slice(0, 400)), key, ca),
      use(join(folder, "none"), key, ca),
      gmsa("certs", "use", "--cert", cert, "--key", key),
    ]);
    const why = results.map(({ stderr }) => stderr.split("\n")[0]);
    expect(why).toEqual([
      "error: the key pair cannot be used: the private key is not that of the certificate",
      expect.stringContaining("an API server that trusts its CA would not accept it"),
      expect.stringContaining("an API server that trusts its CA would not accept it"),
      "error: the key pair cannot be used: it is not for the name pepr-gmsa.pepr-system.svc; its names are: DNS:other.example",
      "error: the key pair cannot be used: the certificate cannot be read",
      `error: ${join(folder, "none")} cannot be read: no such file`,
      "error: the key pair cannot be used: there is no ca.crt, and the chain in tls.crt does not end in a root",
    ]);
    expect(results.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(await secretVersion()).toBe(before);
  });

  test("renewal, a pair of the user's, and back: served under a load without a failed create", async () => {
    const load = new Load(create, bed.kubeConfig, () => controllers.replicas);
    const first = await servedByBoth();

    const renewed = await gmsa("certs", "renew");
    expect(renewed).toMatchObject({ code: 0 });
    expect(renewed.stdout).toContain("The previous CA stays trusted for another 10m.");
    const second = await servedByBoth();
    expect(second).not.toBe(first);
    expect(renewed.stdout).toContain(second);

    const given = await use(
      join(folder, "tls.crt"),
      join(folder, "tls.key"),
      join(folder, "ca.crt"),
    );
    expect(given).toMatchObject({ code: 0 });
    expect(await servedByBoth()).toBe(certificatesIn(own.certificate)[0]?.fingerprint256);
    expect(await status()).toMatchObject({
      healthy: true,
      source: "given",
      certificate: { issuer: "O=Example, CN=example-intermediate" },
    });
    const refused = await gmsa("certs", "renew");
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("so gmsa cannot renew it") as string,
    });

    const back = await gmsa("certs", "use", "--own");
    expect(back).toMatchObject({ code: 0 });
    await servedByBoth();
    expect(await status()).toMatchObject({ healthy: true, source: "keeper" });

    const { creates, failed, untrusted, handshakes } = await load.end();
    expect(failed).toEqual([]);
    expect(untrusted).toEqual([]);
    expect(creates).toBeGreaterThan(500);
    expect(handshakes).toBeGreaterThan(100);
  }, 300_000);

  test("while the keeper is away, a renewal is not done in time, and a pair of the user's is trusted at once", async () => {
    await controllers.keeper?.stop();

    const renewed = await gmsa("certs", "renew", "--timeout", "2s");
    expect(renewed).toMatchObject({ code: 1 });
    expect(renewed.stderr).toContain("pepr-gmsa-certificates has not answered within 2s");
    expect(renewed.stderr).toContain("logs deployment/pepr-gmsa-certificates");
    expect((await status()).renewalAskedFor).toMatch(/^20\d\d-/);

    await use(join(folder, "tls.crt"), join(folder, "tls.key"), join(folder, "ca.crt"));
    expect(await status()).toMatchObject({ healthy: true, source: "given" });
    const { configurations } = await new KubeInstallation(bed.kubeConfig).observe();
    for (const { webhooks } of configurations) {
      expect(certificatesIn(webhooks[0]?.caBundle ?? "").map(String)).toContain(
        String(certificatesIn(own.ca)[0]),
      );
    }
  });

  test("a certificate of 24 hours causes a warning when it is supplied, and as long as it is used", async () => {
    const { certificate, key, ca } = (await DatedPki.make()).pair("short", { from: -0.1, to: 1 });
    const files = [file("s.crt", certificate), file("s.key", key), file("s.ca", ca)] as const;
    const given = await gmsa(
      ...["certs", "use", "--cert", files[0], "--key", files[1], "--ca", files[2], "--no-wait"],
    );
    expect(given).toMatchObject({
      code: 0,
      stderr: "warning: the certificate expires in 23 hours, and only you can renew it\n",
    });
    const { code, stdout } = await gmsa("certs", "status");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^valid to +\S+ \(less than a day left\)$/m);
    expect(stdout).toMatch(
      /^! The certificate expires in 23 hours, and it is not renewed automatically\.\n {2}Run `gmsa certs use /m,
    );
    expect((await gmsa("doctor", "--check", "certificate", "--strict")).code).toBe(1);
    expect((await gmsa("status")).stdout).toMatch(
      /^certificate +! less than a day left, supplied by/m,
    );
  });

  test("both report since when it has expired", async () => {
    const pair = (await DatedPki.make()).pair("old", { from: -60, to: -28 });
    const stringData = { "tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": pair.ca };
    const patch = JSON.stringify({ stringData });
    await bed.kubectl([
      ...["patch", "secret", "pepr-gmsa-tls", "-n", "pepr-system", "--type=merge", "-p", patch],
    ]);
    const { code, stdout } = await gmsa("certs", "status");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^valid to +\S+ \(expired 28 days ago\)$/m);
    expect(await gmsa("doctor", "--check", "certificate")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^✘ +certificate +The key pair in Secret pepr-gmsa-tls is refused: the certificate expired at .*\n +→ Run `gmsa certs use --cert FILE --key FILE --ca FILE` to supply another/,
      ) as string,
    });
    const whole = await gmsa("status");
    expect(whole.code).toBe(1);
    expect(whole.stdout).toMatch(/^certificate +✘ expired 28 days ago, supplied by a user/m);
  });
});
