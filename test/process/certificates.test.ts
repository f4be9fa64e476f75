/** The built controller's certificate and its expiry, over HTTPS without an API server in between. */
import { CoreV1Api } from "@kubernetes/client-node";
import { connect } from "node:tls";

import { makePair } from "../../certificates/authority";
import type { SignedPair } from "../../certificates/authority";
import { servedFingerprint } from "../../certificates/served-fingerprint";
import { checkPair } from "../../pki/key-pair";
import type { Bed } from "../../testbed/bed/bed";
import { installFixtureCluster } from "../support/fixture-objects";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { describeOnOwnBed } from "../setup/own-bed";
import { WebhookClient, reviewOf } from "../support/admission-review";
import type { WebhookAddress } from "../support/admission-review";
import { onlyReplica, startWebhookBed } from "../support/webhook-bed";

const NAMESPACE = "gmsa-certificates";
const TLS_SECRET = { namespace: "pepr-system", name: "pepr-gmsa-tls" };
const RELOADED_WITHIN_MS = 90_000;

let bed: Bed;
let address: WebhookAddress;
/** The pair that the replica serves, after a test has set one. */
let current: SignedPair;

beforeAll(async () => {
  ({ bed, address } = await startWebhookBed());
  await bed.createNamespace(NAMESPACE);
  await installFixtureCluster(new Objects(bed.kubeConfig), NAMESPACE);
}, 300_000);

afterAll(async () => {
  await bed.stop();
});

const review = reviewOf({ pod: podOf(NAMESPACE, "pod", { credspec: "webapp1" }) });

/** Puts a pair into the Secret as a user would, who is then responsible for renewal. */
async function give({ certificate, key, ca }: SignedPair): Promise<void> {
  const core = bed.kubeConfig.makeApiClient(CoreV1Api);
  const secret = await core.readNamespacedSecret(TLS_SECRET);
  const encode = (text: string): string => Buffer.from(text).toString("base64");
  secret.data = { "tls.crt": encode(certificate), "tls.key": encode(key), "ca.crt": encode(ca) };
  delete secret.metadata?.annotations?.["gmsa.pepr.dev/made-by"];
  await core.replaceNamespacedSecret({ ...TLS_SECRET, body: secret });
}

function served(): Promise<string | undefined> {
  return servedFingerprint(address);
}

function expiryMetric(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, rejectUnauthorized: false }, () => {
      socket.end("GET /metrics HTTP/1.0\r\n\r\n");
    });
    let text = "";
    socket.on("data", chunk => (text += String(chunk)));
    socket.on("end", () => {
      resolve(/^pepr_gmsa_certificate_expiry_timestamp_seconds (\S+)$/m.exec(text)?.[1] ?? "");
    });
    socket.on("error", reject);
  });
}

describeOnOwnBed("a changed certificate", () => {
  test(
    "is served to new connections without a restart, and existing connections stay open",
    async () => {
      const client = new WebhookClient(address);
      await client.review("mutate", review);
      const pair = await makePair(20);
      const { fingerprint, notAfter } = checkPair(pair, new Date());
      await give(pair);

      await eventually(served, seen => seen === fingerprint, RELOADED_WITHIN_MS);

      expect(onlyReplica(bed).restarts).toBe(0);
      expect(onlyReplica(bed).logs()).toContain("A new certificate is served from now on");
      await expect(client.review("mutate", review)).resolves.toMatchObject({ allowed: true });
      client.close();
      address = { ...address, ca: pair.ca };
      current = pair;
      const fresh = new WebhookClient(address);
      await expect(fresh.review("mutate", review)).resolves.toMatchObject({ allowed: true });
      fresh.close();
      expect(Number(await expiryMetric())).toBe(notAfter.getTime() / 1000);
    },
    RELOADED_WITHIN_MS + 30_000,
  );

  test(
    "is refused when it is broken, with a line in the log, and the previous one stays in use",
    async () => {
      const before = await served();
      const [one, two] = await Promise.all([makePair(20), makePair(20)]);
      await give({ ...one, key: two.key });

      const logs = await eventually(
        () => Promise.resolve(onlyReplica(bed).logs()),
        text => text.includes("The new certificate is not used"),
        RELOADED_WITHIN_MS,
      );

      expect(logs).toContain("the private key is not that of the certificate");
      expect(logs).not.toContain(two.key.split("\n")[1]);
      expect(await served()).toBe(before);
      expect(onlyReplica(bed).isReady).toBe(true);
      // A starting replica has no other certificate to serve.
      await give(current);
    },
    RELOADED_WITHIN_MS + 30_000,
  );
});

describeOnOwnBed("a replica that is told to end", () => {
  test("answers every request, on new connections too, and closes each connection after its answer", async () => {
    const replica = onlyReplica(bed);
    const client = new WebhookClient(address);
    const path = `/mutate/${address.apiPath}`;
    const ask = (): ReturnType<WebhookClient["post"]> => client.post(path, JSON.stringify(review));
    const first = await ask();
    expect(first.headers.connection).not.toBe("close");

    expect(replica.kill("SIGTERM")).toBe(true);
    await eventually(ask, ({ headers }) => headers.connection === "close");
    const end = Date.now() + 2000;
    const ports = new Set<number>();
    while (Date.now() < end) {
      const { status, headers, localPort } = await ask();
      expect({ status, connection: headers.connection }).toEqual({
        status: 200,
        connection: "close",
      });
      ports.add(localPort);
    }
    expect(ports.size).toBeGreaterThan(5);
    client.close();

    await eventually(
      () => Promise.resolve(replica.restarts),
      restarts => restarts === 1,
      20_000,
    );
    await replica.ready();
  }, 60_000);
});
