import { rsaKey } from "../../../../certificates/authority";
import { statusOf } from "../../../../cli/certificates/certificate-status";
import { checkedPair, readCertificates } from "../../../../cli/certificates/read";
import { DNS_NAMES } from "../../../../kube/installation-names";
import { certificatesIn } from "../../../../pki/trust-bundle";
import { selfSigned, signedBy } from "../../../../testbed/control-plane/pki";
import { DatedPki } from "../../../fixtures/dated-pki";

const FRESH = { from: -1, to: 300 };
const ENDED = { from: -300, to: -1 };

describe("a pair of the user's with a CA that has ended", () => {
  let pki: DatedPki;

  beforeAll(async () => {
    pki = await DatedPki.make();
  });

  const subjects = (bundle: string): string[] =>
    certificatesIn(bundle).map(({ subject }) => subject);

  test("is used without that CA, which is named", async () => {
    const pair = pki.pair("given", FRESH);
    const endedRoot = pki.ca("ended root", ENDED).certificate;
    for (const ca of [endedRoot + pair.ca, pair.ca + endedRoot]) {
      const checked = await checkedPair({ ...pair, ca }, new Date());
      expect(subjects(checked.pair.ca)).toEqual(subjects(pair.ca));
      expect(checked.ended.map(({ subject }) => subject)).toEqual(["CN=ended root"]);
    }
  });

  test("is used as it is if no CA has ended", async () => {
    const pair = pki.pair("given", FRESH);
    const checked = await checkedPair(pair, new Date());
    expect(subjects(checked.pair.ca)).toEqual(subjects(pair.ca));
    expect(checked).toMatchObject({ ended: [], near: undefined });
  });

  test("is refused if no other CA is left, and nothing is changed", async () => {
    const pair = pki.pair("given", FRESH);
    const endedRoot = pki.ca("ended root", ENDED).certificate;
    await expect(checkedPair({ ...pair, ca: endedRoot }, new Date())).rejects.toThrow(
      "the key pair cannot be used: ",
    );
  });
});

test("a certificate without a subject, as Pepr and cert-manager may issue it, has no name", async () => {
  const [key, dnsNames] = [await rsaKey(), DNS_NAMES];
  const ca = selfSigned({ commonName: "" }, key).certificate;
  const { certificate } = signedBy({ certificate: ca, key }, { commonName: "", dnsNames }, key);
  const pair = { certificate, key, ca, own: false, renew: "", renewed: "", rotations: [] };
  const webhooks = [{ caBundle: ca, path: "/validate/x" }];
  const cluster: Parameters<typeof readCertificates>[0] = {
    secretName: "pepr-gmsa-tls",
    observe: () =>
      Promise.resolve({
        ...{ pair, apiPath: "x" },
        configurations: [{ kind: "validate", webhooks, elsewhere: [], injected: false }],
      }),
    replicas: () => Promise.resolve([]),
  };
  const { certificate: found, webhooks: configurations } = statusOf(
    await readCertificates(cluster, new Date()),
  );
  expect(found).toMatchObject({ subject: "(no name)", issuer: "(no name)" });
  expect(configurations[0]?.trusted[0]?.subject).toBe("(no name)");
});
