/**
 * States that users can cause, and that in the past made the certificate controller write or poll
 * endlessly.
 */
import {
  AdmissionregistrationV1Api,
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1ValidatingWebhook,
  type V1ValidatingWebhookConfiguration,
} from "@kubernetes/client-node";

import { RENEW, RENEWED, ROTATIONS } from "../../certificates/annotations";
import { makePair } from "../../certificates/authority";
import { certificatesIn } from "../../pki/trust-bundle";
import type { Bed } from "../../testbed/bed/bed";
import { startBed } from "../../testbed/bed/local-bed";
import { MANIFEST } from "../../testbed/manifests/built-manifest";
import { eventually } from "../../testbed/objects/eventually";
import { sleep } from "../../testbed/process/log";
import { DatedPki } from "../fixtures/dated-pki";
import { manifest } from "./built-manifests";
import { describeOnOwnBed } from "../setup/own-bed";
import { gmsa } from "../support/gmsa-program";

const SECRET = { namespace: "pepr-system", name: "pepr-gmsa-tls" };
const CONFIGURATION = { name: "pepr-gmsa" };
/** Two and a half of the controller's rounds. */
const A_WHILE_MS = 12_000;

/**
 * Adds a third-party webhook, lets one of ours call a URL, and removes CA and path from the first
 * of ours, which makes the controller write.
 */
function spoil(
  found: V1ValidatingWebhookConfiguration,
): Record<"foreign" | "url", V1ValidatingWebhook> {
  const [own, second, ...others] = found.webhooks ?? [];
  if (own === undefined || second === undefined) throw new Error("there are no two webhooks");
  const foreign = structuredClone(own);
  foreign.name = "foreign.example.com";
  foreign.failurePolicy = "Ignore";
  foreign.clientConfig.service = { ...SECRET, name: "foreign", path: "/foreign" };
  const url = structuredClone(second);
  url.clientConfig = { url: "https://127.0.0.1:9/x" };
  own.clientConfig = { service: { ...SECRET, name: "pepr-gmsa" } };
  found.webhooks = [foreign, own, url, ...others];
  return { foreign, url };
}

describeOnOwnBed("the certificate controller", () => {
  let bed: Bed;
  let core: CoreV1Api;
  let admission: AdmissionregistrationV1Api;

  beforeAll(async () => {
    bed = await startBed({ replicas: 1, install: MANIFEST });
    core = bed.kubeConfig.makeApiClient(CoreV1Api);
    admission = bed.kubeConfig.makeApiClient(AdmissionregistrationV1Api);
  }, 300_000);

  afterAll(async () => {
    await bed.stop();
  });

  async function annotate(annotations: Record<string, string | null>): Promise<void> {
    await core.patchNamespacedSecret(
      { ...SECRET, body: { metadata: { annotations } } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
  }

  async function annotation(name: string): Promise<string | undefined> {
    const { metadata } = await core.readNamespacedSecret(SECRET);
    return metadata?.annotations?.[name];
  }

  /** Resource versions of the Secret and both webhook configurations, which change with each write. */
  async function versions(): Promise<(string | undefined)[]> {
    const objects = await Promise.all([
      core.readNamespacedSecret(SECRET),
      admission.readMutatingWebhookConfiguration(CONFIGURATION),
      admission.readValidatingWebhookConfiguration(CONFIGURATION),
    ]);
    return objects.map(({ metadata }) => metadata?.resourceVersion);
  }

  async function metrics(): Promise<string> {
    const { host, port } = bed.controllers?.keeper?.address ?? { host: "", port: 0 };
    const answer = await fetch(`http://${host}:${port}/metrics`);
    return answer.text();
  }

  /** How often the controller has read the installation. */
  async function looks(): Promise<number> {
    const counts = [
      ...(await metrics()).matchAll(/^pepr_gmsa_certificate_steps_total\{.*\} (\d+)$/gm),
    ];
    expect(counts).toHaveLength(4);
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async function expectQuiet(): Promise<void> {
    await eventually(
      async () => {
        const before = await versions();
        await sleep(6000);
        return JSON.stringify(before) === JSON.stringify(await versions());
      },
      quiet => quiet,
      60_000,
    );
    const [before, looksBefore] = [await versions(), await looks()];
    await sleep(A_WHILE_MS);
    expect(await versions()).toEqual(before);
    expect((await looks()) - looksBefore).toBeLessThanOrEqual(4);
  }

  test("issues one certificate for one request, and none when the request is withdrawn", async () => {
    await annotate({ [RENEW]: "once" });
    await eventually(
      () => annotation(RENEWED),
      renewed => renewed === "once",
      60_000,
    );
    await annotate({ [RENEW]: null });
    await expectQuiet();
    await annotate({ [RENEW]: "" });
    await expectQuiet();
    expect(await metrics()).toMatch(/^pepr_gmsa_certificate_rotations_total 2$/m);
  }, 180_000);

  test("does not change a webhook that somebody added, or a URL written by npx pepr dev", async () => {
    const found = await admission.readValidatingWebhookConfiguration(CONFIGURATION);
    const { foreign, url } = spoil(found);
    await admission.replaceValidatingWebhookConfiguration({ ...CONFIGURATION, body: found });

    const mended = await eventually(
      () => admission.readValidatingWebhookConfiguration(CONFIGURATION),
      ({ webhooks }) => webhooks?.[1]?.clientConfig.caBundle !== undefined,
      30_000,
    );
    const [first, own, third] = (mended.webhooks ?? []).map(({ clientConfig }) => clientConfig);
    expect(first).toMatchObject({
      caBundle: foreign.clientConfig.caBundle,
      service: { ...SECRET, name: "foreign", path: "/foreign" },
    });
    expect(own?.service?.path).toMatch(/^\/validate\/[0-9a-f]{64}$/);
    expect(third).toEqual(url.clientConfig);
    await expectQuiet();
    const status = await gmsa(["certs", "status"], { env: { KUBECONFIG: bed.kubeconfigPath } });
    expect(status.stdout).toContain(
      `✘ Webhook ${url.name} of ValidatingWebhookConfiguration/pepr-gmsa does not call Service pepr-system/pepr-gmsa`,
    );
    // Follows the advice in the message.
    const shipped = manifest("ValidatingWebhookConfiguration", "pepr-gmsa");
    await bed.kubectl(["replace", "-f", "-"], { stdin: JSON.stringify(shipped) });
    await eventually(
      () => gmsa(["certs", "status"], { env: { KUBECONFIG: bed.kubeconfigPath } }),
      ({ code }) => code === 0,
      60_000,
    );
  }, 180_000);

  test("does nothing about an expired CA, which gmsa certs status reports", async () => {
    const [given, pki] = [await makePair(20), await DatedPki.make()];
    const ended = pki.ca("ended root", { from: -2, to: -1 }).certificate;
    const encode = (text: string): string => Buffer.from(text).toString("base64");
    const secret = await core.readNamespacedSecret(SECRET);
    secret.data = {
      "tls.crt": encode(given.certificate),
      "tls.key": encode(given.key),
      "ca.crt": encode(ended + given.ca),
    };
    delete secret.metadata?.annotations?.["gmsa.pepr.dev/made-by"];
    await core.replaceNamespacedSecret({ ...SECRET, body: secret });
    await eventually(
      () => admission.readMutatingWebhookConfiguration(CONFIGURATION),
      ({ webhooks }) => {
        const bundle = Buffer.from(webhooks?.[0]?.clientConfig.caBundle ?? "", "base64");
        return certificatesIn(bundle.toString())
          .map(String)
          .includes(String(certificatesIn(given.ca)[0]));
      },
      30_000,
    );
    await expectQuiet();
    const status = await gmsa(["certs", "status"], { env: { KUBECONFIG: bed.kubeconfigPath } });
    expect(status.stdout).toMatch(
      /✘ ca\.crt in Secret pepr-gmsa-tls holds a CA that expired at \S+: CN=ended root/,
    );
  }, 180_000);

  test("stops at the limit, and reports it in an Event, a metric, gmsa doctor and gmsa certs renew", async () => {
    const now = Date.now();
    const recent = [6, 5, 4, 3, 2, 1].map(minutes =>
      new Date(now - minutes * 60_000).toISOString(),
    );
    // The controller also remembers the two previous rotations.
    await annotate({
      "gmsa.pepr.dev/made-by": "pepr-gmsa-certificates",
      [ROTATIONS]: recent.join(" "),
      [RENEW]: "once more",
    });
    await eventually(
      metrics,
      text => /^pepr_gmsa_certificate_rotation_stopped 1$/m.test(text),
      30_000,
    );
    const { items } = await eventually(
      () =>
        core.listNamespacedEvent({
          namespace: "pepr-system",
          fieldSelector: "reason=RotationStopped",
        }),
      list => list.items.length > 0,
      30_000,
    );
    expect(items).toHaveLength(1);
    expect(items[0]?.message).toMatch(/it was rotated 8 times within an hour, and 6 is the limit/);
    const env = { KUBECONFIG: bed.kubeconfigPath };
    const [doctor, renew] = await Promise.all([
      gmsa(["doctor", "--check", "certificate"], { env }),
      gmsa(["certs", "renew"], { env }),
    ]);
    expect(doctor.stdout).toContain(
      "The certificate is not rotated: it was rotated 6 times within an hour",
    );
    expect(renew).toMatchObject({ code: 1 });
    expect(renew.stderr).toContain(
      "error: the certificate cannot be rotated now: it was rotated 6 times",
    );
    await expectQuiet();
    expect(await annotation(RENEWED)).toBe("once");
  }, 180_000);
});
