/**
 * The component client-certificates, with an API server that is configured with the files of
 * docs/how-to/client-certificates.md. On a cluster of its own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { acceptsPath } from "../../certificates/accepted-path";
import { rsaKey } from "../../certificates/authority";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { selfSigned, signedBy, type KeyCertificate } from "../../testbed/control-plane/pki";
import { render } from "../../testbed/manifests/rendering";
import { Objects, type Outcome } from "../../testbed/objects/cluster-objects";
import { eventually } from "../../testbed/objects/eventually";
import { podOf } from "../../testbed/objects/pods";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { describeOnOwnBed } from "../setup/own-bed";
import type { WebhookAddress } from "../support/admission-review";
import { webhookAddress } from "../support/webhook-bed";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-clients";
const DOCUMENT = readFileSync(join(__dirname, "../../docs/how-to/client-certificates.md"), "utf8");
const FOLDER = "/etc/kubernetes/webhooks";
const NEEDED = "a client certificate of the CA in Secret pepr-gmsa-client-ca is required";

describeOnOwnBed("client certificates", () => {
  let bed: Bed;
  let folder: string;
  let objects: Objects;
  let address: WebhookAddress;
  let ca: KeyCertificate;
  let foreignCa: KeyCertificate;
  let client: KeyCertificate;
  let otherName: KeyCertificate;
  let foreign: KeyCertificate;

  beforeAll(async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => rsaKey()));
    const [k1 = "", k2 = "", k3 = "", k4 = "", k5 = ""] = keys;
    ca = selfSigned({ commonName: "webhook-clients" }, k1);
    foreignCa = selfSigned({ commonName: "others" }, k2);
    client = signedBy(ca, { commonName: "kube-apiserver" }, k3);
    otherName = signedBy(ca, { commonName: "prometheus" }, k4);
    foreign = signedBy(foreignCa, { commonName: "kube-apiserver" }, k5);
    folder = mkdtempSync(join(tmpdir(), "gmsa-clients-"));
    for (const name of ["admission.yaml", "kubeconfig"]) write(name, documented(name));
    present(client);
    bed = await startBed({
      apiServerFlags: [`--admission-control-config-file=${join(folder, "admission.yaml")}`],
    });
    write("gmsa.yaml", await render(["client-certificates"]));
    await bed.apply(join(folder, "gmsa.yaml"));
    await trust(ca.certificate);
    await bed.runControllers({ replicas: 1 });
    address = await webhookAddress(bed);
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec("clients", validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: "gmsa-clients",
      credspecs: ["clients"],
    });
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A file from the documentation, with this test's folder instead of the documented one. */
  function documented(name: string): string {
    const start = DOCUMENT.indexOf("```yaml\n", DOCUMENT.indexOf(`\`${FOLDER}/${name}\`:`));
    const text = DOCUMENT.slice(start + 8, DOCUMENT.indexOf("```", start + 8));
    return text.replaceAll(/^ {3}/gm, "").replaceAll(FOLDER, folder);
  }

  function write(name: string, content: string): void {
    writeFileSync(join(folder, name), content);
  }

  /** Changes the certificate that the API server presents after its next start. */
  function present({ certificate, key }: KeyCertificate): void {
    write("client.crt", certificate);
    write("client.key", key);
  }

  async function trust(...certificates: string[]): Promise<void> {
    const secret = {
      ...{ apiVersion: "v1", kind: "Secret" },
      metadata: { name: "pepr-gmsa-client-ca", namespace: "pepr-system" },
      stringData: { "ca.crt": certificates.join("\n") },
    };
    await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(secret) });
  }

  function create(serviceAccount: string): Promise<Outcome> {
    const pod = podOf(NAMESPACE, "p", { serviceAccount, credspec: "clients" });
    return objects.createPod(pod, { dryRun: true });
  }

  /** Calls the webhook over a new connection. */
  function ask(path: string, pair?: KeyCertificate): Promise<{ status: number; text: string }> {
    const { host, port, ca: serverCa } = address;
    const method = path.startsWith("/mutate") ? "POST" : "GET";
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          ...{ host, port, path, method, ca: serverCa, agent: false },
          ...{ servername: "pepr-gmsa.pepr-system.svc", cert: pair?.certificate, key: pair?.key },
          headers: { "content-type": "application/json" },
        },
        response => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => (text += part));
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 0, text });
          });
        },
      );
      asked.on("error", reject);
      asked.end(method === "POST" ? "{}" : undefined);
    });
  }

  test("the API server gets answers: one Pod is filled in, and another one refused", async () => {
    const admitted = await eventually(
      () => create("web"),
      ({ admitted: isAdmitted }) => isAdmitted,
    );
    expect(admitted).toMatchObject({
      pod: {
        spec: { securityContext: { windowsOptions: { gmsaCredentialSpec: validContents() } } },
      },
    });
    expect(await create("default")).toMatchObject({
      admitted: false,
      causes: [cause("NotAuthorized", `spec.${NAME}`, "default")],
    });
  });

  test("other callers get none, although they know the path: no certificate, a foreign one, another name", async () => {
    const path = `/mutate/${address.apiPath}`;
    expect(await ask(path)).toEqual({
      status: 403,
      text: expect.stringContaining(NEEDED) as string,
    });
    expect(await ask(path, foreign)).toEqual({
      status: 403,
      text: expect.stringContaining(NEEDED) as string,
    });
    expect(await ask(path, otherName)).toEqual({
      status: 403,
      text: expect.stringContaining(
        "the client certificate is for prometheus, and must be for kube-apiserver",
      ) as string,
    });
    // The request is accepted up to its body, which is not a review.
    expect(await ask(path, client)).toMatchObject({ status: 400 });
  });

  test("the kubelet's probes need no certificate; metrics need one of the CA", async () => {
    expect(await ask("/healthz")).toMatchObject({ status: 200 });
    expect(await ask("/readyz")).toMatchObject({ status: 200 });
    expect(await ask("/metrics")).toMatchObject({ status: 403 });
    expect(await ask("/metrics", foreign)).toMatchObject({ status: 403 });
    expect(await ask("/metrics", otherName)).toMatchObject({ status: 200 });
  });

  test("the program that replaces the path needs no certificate to check whether it is answered", async () => {
    expect(await acceptsPath(address, address.apiPath)).toBe(true);
    expect(await acceptsPath(address, "0".repeat(64))).toBe(false);
  });

  test("an API server with another certificate gets the reason, until its CA is trusted as well", async () => {
    present(foreign);
    await bed.controlPlane?.restartApiServer();
    const refused = await eventually(
      () => create("web"),
      outcome => !outcome.admitted && outcome.message.includes("failed calling webhook"),
      60_000,
    );
    expect(refused).toMatchObject({ message: expect.stringContaining(NEEDED) as string });

    await trust(ca.certificate, foreignCa.certificate);
    const admitted = await eventually(
      () => create("web"),
      outcome => outcome.admitted,
      60_000,
    );
    expect(admitted).toMatchObject({ admitted: true });
    expect(bed.controllers?.replicas[0]?.restarts).toBe(0);
  }, 180_000);
});
