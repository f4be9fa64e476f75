import { X509Certificate } from "node:crypto";

import { makePair } from "../../../certificates/authority";
import { DNS_NAMES } from "../../../kube/installed-objects";
import { checkPair } from "../../../pki/key-pair";

describe("a pair that is made", () => {
  test("is good for the Service, signed by its CA, and for nothing else", async () => {
    const pair = await makePair(10);
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

  test("shares nothing with another, but the name", async () => {
    const [one, two] = (await Promise.all([makePair(1), makePair(1)])).map(pair => ({
      leaf: new X509Certificate(pair.certificate),
      ca: new X509Certificate(pair.ca),
    }));
    expect(one?.ca.subject).not.toBe(two?.ca.subject);
    expect(one?.leaf.serialNumber).not.toBe(two?.leaf.serialNumber);
    expect(one?.leaf.subject).toBe(two?.leaf.subject);
    expect(two && one?.leaf.verify(two.ca.publicKey)).toBe(false);
  });
});
