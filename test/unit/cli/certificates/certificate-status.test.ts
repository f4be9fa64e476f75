import pc from "picocolors";

import { keptPairs } from "../../../support/kept-keys";
import type { SignedPair } from "../../../../certificates/authority";
import type { Observation, StoredPair } from "../../../../certificates/installation";
import { DatedPki } from "../../../fixtures/dated-pki";
import { checkPair } from "../../../../pki/key-pair";
import type { KubeCertificates } from "../../../../cli/certificates/kube-certificates";
import type { ReplicaCertificate, CertificateStatus } from "../../../../cli/certificates/model";
import { readCertificates } from "../../../../cli/certificates/read";
import { statusOf } from "../../../../cli/certificates/certificate-status";
import { daysInWords } from "../../../../cli/certificates/end";
import { statusTable } from "../../../../cli/commands/certs/certs-table";

const API_PATH = "a".repeat(64);
const DAY_MS = 24 * 3600 * 1000;

let pair: SignedPair;
let other: SignedPair;
let ofAWeek: SignedPair;

beforeAll(async () => {
  [pair, other, ofAWeek] = await keptPairs(365, 365, 7);
});

interface Change {
  pair?: Partial<StoredPair>;
  caBundle?: string;
  path?: string;
  injected?: boolean;
  elsewhere?: string[];
  authority?: Observation["authority"];
  replicas?: ReplicaCertificate[];
  /** Days from now. */
  inDays?: number;
}

function observation(change: Change = {}): Observation {
  return {
    pair: { ...pair, own: true, renew: "", renewed: "", rotations: [], ...change.pair },
    apiPath: API_PATH,
    ...(change.authority && { authority: change.authority }),
    configurations: (["mutate", "validate"] as const).map(kind => ({
      kind,
      webhooks: [
        { caBundle: change.caBundle ?? pair.ca, path: change.path ?? `/${kind}/${API_PATH}` },
      ],
      elsewhere: change.elsewhere ?? [],
      injected: change.injected ?? false,
    })),
  };
}

/** The status of an installation that needs no change, apart from the test's change. */
async function status(change: Change = {}): Promise<CertificateStatus> {
  const cluster: Pick<KubeCertificates, "observe" | "replicas" | "secretName"> = {
    secretName: "pepr-gmsa-tls",
    observe: () => Promise.resolve(observation(change)),
    replicas: () => Promise.resolve(change.replicas ?? []),
  };
  const now = new Date(Date.now() + (change.inDays ?? 0) * DAY_MS);
  return statusOf(await readCertificates(cluster, now));
}

async function problems(change: Change): Promise<string[]> {
  const { findings, healthy } = await status(change);
  expect(healthy).toBe(findings.every(({ level }) => level === "warning"));
  const sign = { warning: "! ", error: "" };
  return findings.map(({ level, problem, remedy }) => `${sign[level]}${problem} -> ${remedy}`);
}

const EMPTY = { certificate: "", key: "", ca: "", own: false };
const KEEPER_LOG = "kubectl -n pepr-system logs deployment/pepr-gmsa-certificates";

describe("the status of certificates", () => {
  test("shows the current state", async () => {
    const fingerprint = checkPair(pair, new Date()).fingerprint;
    const found = await status({
      caBundle: other.ca + pair.ca,
      replicas: [
        { pod: "a", fingerprint },
        { pod: "b", fingerprint: undefined },
      ],
    });

    expect(found).toMatchObject({
      healthy: true,
      certificate: {
        subject: "CN=pepr-gmsa.pepr-system.svc",
        issuer: expect.stringMatching(/^CN=pepr-gmsa-ca-[0-9a-f]{8}$/) as string,
        names: [
          "pepr-gmsa.pepr-system.svc",
          "pepr-gmsa.pepr-system.svc.cluster.local",
          "pepr-gmsa.pepr-system",
        ],
        daysLeft: 364,
        fingerprint,
      },
      source: "keeper",
      webhooks: [
        {
          name: "MutatingWebhookConfiguration/pepr-gmsa",
          trustsCertificate: true,
          callsPath: true,
          trusted: [{ current: false }, { current: true }],
        },
        { name: "ValidatingWebhookConfiguration/pepr-gmsa" },
      ],
      replicas: [
        { pod: "a", serves: "this certificate", fingerprint },
        { pod: "b", serves: "not reachable" },
      ],
      findings: [],
    });
    expect(found.renewalAskedFor).toBeUndefined();
    const renewsIn = (Date.parse(found.renewsAt ?? "") - Date.now()) / DAY_MS;
    expect(Math.round(renewsIn)).toBe(Math.round(365 * 0.75));
  });

  test("shows who manages it", async () => {
    expect((await status({ pair: { own: false } })).source).toBe("given");
    expect((await status({ pair: EMPTY })).source).toBe("keeper");
    expect((await status({ injected: true })).source).toBe("cert-manager");
    expect((await status({ pair: { own: false, certManagerName: "x" } })).source).toBe(
      "cert-manager",
    );
    expect((await status({ pair: { own: false } })).renewsAt).toBeUndefined();
  });

  test("reports that a renewal is in progress, which is not a problem", async () => {
    const found = await status({ pair: { renew: "2", renewed: "1" } });
    expect(found).toMatchObject({ healthy: true, renewalAskedFor: "2" });
  });

  test("finds a certificate that is missing", async () => {
    const [first] = await problems({ pair: EMPTY });
    expect(first).toBe(
      `Secret pepr-gmsa-tls holds no certificate -> pepr-gmsa-certificates creates it within seconds. If it does not, see \`${KEEPER_LOG}\`.`,
    );
  });

  test("finds a key of another certificate", async () => {
    expect(await problems({ pair: { key: other.key } })).toEqual([
      expect.stringMatching(
        /^The key pair in Secret pepr-gmsa-tls is refused: the private key is not that of the certificate -> Run `gmsa certs renew`/,
      ),
    ]);
  });

  test("finds a CA of another certificate, even if the webhooks trust it", async () => {
    expect(await problems({ pair: { ca: other.ca, own: false }, caBundle: other.ca })).toEqual([
      expect.stringMatching(
        /would not accept it: .* -> Run `gmsa certs use --cert FILE --key FILE --ca FILE` to supply another/,
      ),
    ]);
  });

  test("finds an expired certificate", async () => {
    const found = await problems({ inDays: 366 });
    expect(found).toEqual([expect.stringContaining("is refused: the certificate expired at")]);
    const table = statusTable(await status({ inDays: 394 }), pc.createColors(false));
    expect(table).toMatch(/^valid to +\S+ \(expired 2[89] days ago\)$/m);
  });

  test.each([
    [364, "364 days left"],
    [1, "1 day left"],
    [0, "less than a day left"],
    [-1, "expired less than a day ago"],
    [-2, "expired 1 day ago"],
    [-29, "expired 28 days ago"],
  ])("%d whole days are: %s", (days, words) => {
    expect(daysInWords(days)).toBe(words);
  });

  test("finds a certificate that was not renewed in time, well before its end", async () => {
    expect(await problems({ inDays: 273 })).toEqual([]);
    expect(await problems({ inDays: 275 })).toEqual([
      expect.stringMatching(/^! The certificate should have been renewed at .* -> See `kubectl/),
    ]);
  });

  test("finds a certificate that ends soon, whoever renews it", async () => {
    expect(await problems({ inDays: 350, pair: { own: false } })).toEqual([]);
    expect(await problems({ inDays: 352, pair: { own: false } })).toEqual([
      expect.stringMatching(
        /^! The certificate expires in 12 days, and it is not renewed automatically -> Run `gmsa certs use/,
      ),
    ]);
    expect(await problems({ inDays: 352, injected: true })).toEqual([
      expect.stringMatching(/^! The certificate expires in 12 days -> .* describe certificate/),
    ]);
    expect(await problems({ inDays: 352 })).toEqual([
      expect.stringMatching(/^! The certificate expires in 12 days -> Run `gmsa certs renew`/),
    ]);
  });

  test("warns while there is time to act, and fails after that", async () => {
    expect(await problems({ inDays: 361, pair: { own: false } })).toEqual([
      expect.stringMatching(/^! The certificate expires in 3 days/),
    ]);
    expect(await problems({ inDays: 362.5, pair: { own: false } })).toEqual([
      expect.stringMatching(/^The certificate expires in 2 days/),
    ]);
    expect(await problems({ inDays: 364.5, injected: true })).toEqual([
      expect.stringMatching(/^The certificate expires in 1\d hours -> /),
    ]);
  });

  test("warns about a short-lived certificate only if its renewal is manual or late", async () => {
    const given = { ...ofAWeek, own: false };
    const { ca: caBundle } = given;
    expect(await problems({ pair: given, caBundle })).toEqual([
      expect.stringMatching(
        /^! The certificate expires in 6 days, and it is not renewed automatically -> Run `gmsa certs use/,
      ),
    ]);
    expect(await problems({ pair: { ...ofAWeek }, caBundle })).toEqual([]);
    expect(await problems({ pair: given, caBundle, injected: true })).toEqual([]);
    expect(await problems({ pair: { ...ofAWeek }, caBundle, inDays: 6 })).toHaveLength(1);
    expect(await problems({ pair: given, caBundle, injected: true, inDays: 6 })).toHaveLength(1);
  });

  test("finds webhooks that do not trust it, or call another path", async () => {
    const found = await problems({ caBundle: other.ca, path: "/mutate/old" });
    expect(found).toHaveLength(4);
    expect(found[0]).toMatch(
      /^MutatingWebhookConfiguration\/pepr-gmsa does not trust the certificate: its caBundle lacks the CA -> pepr-gmsa-certificates adds it/,
    );
    expect(found[3]).toMatch(
      /^ValidatingWebhookConfiguration\/pepr-gmsa calls another path than the replicas serve -> pepr-gmsa-certificates sets it/,
    );
  });

  test("finds a webhook of ours that calls something else, and ignores its CA and path", async () => {
    expect(await problems({ elsewhere: ["credspecs.pepr-gmsa.pepr.dev"] })).toEqual([
      "Webhook credspecs.pepr-gmsa.pepr.dev of MutatingWebhookConfiguration/pepr-gmsa does not call Service pepr-system/pepr-gmsa, so its CA and path are not changed -> Run `kubectl replace` with this object of dist/gmsa.yaml; `kubectl apply` does not remove a URL.",
      expect.stringContaining("of ValidatingWebhookConfiguration/pepr-gmsa does not call Service"),
    ]);
  });

  test("finds an expired CA in ca.crt, which need not be trusted, and marks one in a bundle", async () => {
    const dated = await DatedPki.make();
    const ended = dated.ca("old root", { from: -9, to: -1 }).certificate;
    const found = await status({ pair: { ca: pair.ca + ended, own: false }, caBundle: pair.ca });
    expect(found.findings).toEqual([
      {
        level: "error",
        problem: expect.stringMatching(
          /^ca\.crt in Secret pepr-gmsa-tls holds a CA that expired at \S+: CN=old root$/,
        ) as string,
        remedy: "Remove it from ca.crt: an expired CA has no effect.",
      },
    ]);
    const trusting = await status({ caBundle: pair.ca + ended });
    expect(trusting.healthy).toBe(true);
    expect(statusTable(trusting, pc.createColors(false))).toMatch(
      /^ +trusts CN=old root, until \S+ \(ended\) \(from before\)$/m,
    );
  });

  test("finds a rotation that a limit stops, and when the next one is possible", async () => {
    const now = Date.now();
    const rotations = [6, 5, 4, 3, 2, 1].map(minutes => new Date(now - minutes * 60_000));
    expect(await problems({ pair: { renew: "now", rotations } })).toEqual([
      expect.stringMatching(
        /^The certificate is not rotated: it was rotated 6 times within an hour, and 6 is the limit\. Due because: requested \(now\) -> The next rotation is possible at 20/,
      ),
    ]);
    expect(await problems({ pair: { rotations } })).toEqual([]);
  });

  test("with a CA written by hand, names the command to run", async () => {
    const none = { certificate: "", key: "" };
    const found = await status({ authority: none, caBundle: other.ca });
    expect(found.trust).toBe("manual");
    expect(found.findings.map(({ remedy }) => remedy)).toEqual([
      "Run `gmsa certs trust`.",
      "Run `gmsa certs trust`.",
      "Run `gmsa certs trust`.",
    ]);
    const dated = await DatedPki.make();
    const ending = async (days: number): Promise<CertificateStatus> => {
      const ca = dated.ca("ours", { from: -3650 + days, to: days });
      // Like those of the certificate controller: not valid for longer than its CA.
      const below = dated.pair("leaf", { from: -200, to: Math.min(days, 100) }, ca);
      return status({ authority: ca, pair: below, caBundle: ca.certificate });
    };
    expect((await ending(300)).findings).toEqual([]);
    const soon = await ending(80);
    expect(soon.findings).toEqual([
      {
        level: "warning",
        problem:
          "The CA in Secret pepr-gmsa-authority expires in 79 days, and so does every certificate below it",
        remedy: "Run `gmsa certs trust --new-ca`.",
      },
    ]);
    expect(statusTable(soon, pc.createColors(false))).toMatch(
      /^trust +by gmsa certs trust: CN=ours, until \S+ \(79 days left\)$/m,
    );
    expect((await ending(10)).findings).toMatchObject([{ level: "error" }]);
  });

  test("finds a replica that serves another", async () => {
    const { fingerprint } = checkPair(other, new Date());
    expect(await problems({ replicas: [{ pod: "behind", fingerprint }] })).toEqual([
      "Pod behind serves another certificate than Secret pepr-gmsa-tls holds -> A changed Secret is served within two minutes. If it is not, see `kubectl -n pepr-system logs behind`.",
    ]);
  });

  test("as a table has a line for each thing, and each problem with its remedy", async () => {
    const { fingerprint } = checkPair(other, new Date());
    const found = await status({
      caBundle: other.ca,
      replicas: [{ pod: "behind", fingerprint }],
    });
    const table = statusTable(found, pc.createColors(false));
    expect(table).toMatch(/^source +created and renewed by pepr-gmsa-certificates$/m);
    expect(table).toMatch(/^valid to +\S+ \(364 days left\)$/m);
    expect(table).toMatch(
      /^MutatingWebhookConfiguration\/pepr-gmsa +✘ does not trust it   ✔ calls its path$/m,
    );
    expect(table).toMatch(/^ +trusts CN=pepr-gmsa-ca-\S+, until \S+ \(from before\)$/m);
    expect(table).toMatch(/^Pod\/behind +✘ serves another$/m);
    expect(table).toMatch(/^✘ Pod behind serves another certificate than .*\.\n {2}A changed/m);
    expect(table).not.toContain("\u001b");
    expect(statusTable(found, pc.createColors(true))).toContain("\u001b[31m✘");
  });
});
