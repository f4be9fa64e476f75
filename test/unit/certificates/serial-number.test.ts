import { X509Certificate } from "node:crypto";
import { md, pki } from "node-forge";

import { serialNumber, rsaKey } from "../../../certificates/authority";

describe("a serial number", () => {
  let key: pki.rsa.PrivateKey;

  beforeAll(async () => {
    key = pki.privateKeyFromPem(await rsaKey());
  });

  /** What OpenSSL reads in a certificate that node-forge has made. */
  function readBack(serial: string): string {
    const certificate = pki.createCertificate();
    certificate.publicKey = pki.setRsaPublicKey(key.n, key.e);
    certificate.serialNumber = serial;
    certificate.validity.notAfter = new Date(Date.now() + 1000);
    certificate.sign(key, md.sha256.create());
    return new X509Certificate(pki.certificateToPem(certificate)).serialNumber.toLowerCase();
  }

  test("with two leading zeros makes a certificate that nobody can read", () => {
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

  test("is another each time", () => {
    expect(serialNumber()).toMatch(/^[4-7][0-9a-f]{31}$/);
    expect(serialNumber()).not.toBe(serialNumber());
  });
});
