import { createPublicKey, X509Certificate } from "node:crypto";
import { pki } from "node-forge";

import { makePair, serialNumber, sign } from "../../../certificates/authority";
import type { SignedPair } from "../../../certificates/authority";
import { DNS_NAMES } from "../../../kube/installation-names";
import { checkPair } from "../../../pki/key-pair";
import { keptKeys } from "../../support/kept-keys";

describe("a new pair", () => {
  let pair: SignedPair;

  beforeAll(async () => {
    pair = await makePair(10);
  });

  test("is valid for the Service only, signed by its CA", () => {
    const leaf = new X509Certificate(pair.certificate);
    const ca = new X509Certificate(pair.ca);

    expect(checkPair(pair, new Date())).toMatchObject({ fingerprint: leaf.fingerprint256 });
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(ca.ca).toBe(true);
    expect(DNS_NAMES.map(name => leaf.checkHost(name))).toEqual([...DNS_NAMES]);
    expect(leaf.checkHost("kubernetes.default.svc")).toBeUndefined();
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    const days = (new Date(leaf.validTo).getTime() - Date.now()) / (24 * 3600 * 1000);
    expect(days).toBeCloseTo(10, 2);
  });

  test("does not include the CA's key, which is discarded", async () => {
    const created: string[] = [];
    const made = await makePair(1, async () => {
      const [key, another] = await keptKeys();
      created.push(created.length === 0 ? key : another);
      return created.at(-1) ?? "";
    });
    const [keyOfCa = "", keyOfLeaf = ""] = created;
    const publicKey = (pem: string): string =>
      createPublicKey(pem).export({ type: "spki", format: "pem" }).toString();
    expect(created).toHaveLength(2);
    expect(publicKey(made.ca)).toBe(publicKey(keyOfCa));
    expect(Object.keys(made).sort()).toEqual(["ca", "certificate", "key"]);
    expect(publicKey(made.key)).toBe(publicKey(keyOfLeaf));
    expect(publicKey(made.key)).not.toBe(publicKey(keyOfCa));
    expect(`${made.ca}${made.certificate}`).not.toContain("PRIVATE KEY");
    expect(made.key.match(/BEGIN/g)).toHaveLength(1);
  });

  test("shares only its name with another one", async () => {
    const [one, two] = [pair, await makePair(1)].map(made => ({
      leaf: new X509Certificate(made.certificate),
      ca: new X509Certificate(made.ca),
    }));
    expect(one?.ca.subject).not.toBe(two?.ca.subject);
    expect(one?.leaf.serialNumber).not.toBe(two?.leaf.serialNumber);
    expect(one?.leaf.subject).toBe(two?.leaf.subject);
    expect(two && one?.leaf.verify(two.ca.publicKey)).toBe(false);
  });
});

describe("a serial number", () => {
  let pem: string;

  beforeAll(async () => {
    [pem] = await keptKeys();
  });

  /** OpenSSL's reading of a certificate that node-forge created. */
  function readBack(serial: string): string {
    const certificate = pki.createCertificate();
    const { n, e } = pki.privateKeyFromPem(pem);
    certificate.publicKey = pki.setRsaPublicKey(n, e);
    certificate.serialNumber = serial;
    certificate.validity.notAfter = new Date(Date.now() + 1000);
    sign(certificate, pem);
    return new X509Certificate(pki.certificateToPem(certificate)).serialNumber.toLowerCase();
  }

  test("with two leading zeros yields a certificate that cannot be parsed", () => {
    expect(() => readBack("00007f")).toThrow("illegal padding");
  });

  test.each(["00007f00", "0000ff00", "007f0000", "7f000000", "80000000", "ffffffff"])(
    "is one that can be read, whatever is drawn: %s",
    drawn => {
      const serial = serialNumber(Buffer.from(drawn, "hex"));
      expect(serial).toHaveLength(drawn.length);
      expect(readBack(serial)).toBe(serial);
    },
  );

  test("differs each time", () => {
    expect(serialNumber()).toMatch(/^[4-7][0-9a-f]{31}$/);
    expect(serialNumber()).not.toBe(serialNumber());
  });
});
