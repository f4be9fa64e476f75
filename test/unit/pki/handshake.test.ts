import type { SignedPair } from "../../../certificates/authority";
import { DNS_NAMES } from "../../../kube/installation-names";
import { tryHandshake } from "../../../pki/handshake";
import { certificatesIn } from "../../../pki/trust-bundle";
import { ownPki } from "../../fixtures/own-pki";
import type { PkiKeys } from "../../fixtures/own-pki";
import { keptKeys, keptPairs } from "../../support/kept-keys";

const NAME = DNS_NAMES[0];

function attempt(pair: SignedPair): Promise<string | undefined> {
  return tryHandshake(pair, certificatesIn(pair.ca), NAME);
}

describe("trying a pair", () => {
  let keys: PkiKeys;
  let own: SignedPair;
  let other: SignedPair;

  beforeAll(async () => {
    const [root, intermediate, leaf, ...others] = await keptKeys();
    keys = [root, intermediate, leaf];
    [own, other] = await Promise.all([ownPki(DNS_NAMES, keys), ownPki(DNS_NAMES, others)]);
  });

  test("accepts a pair of the certificate controller", async () => {
    const [pair] = await keptPairs(1);
    expect(await attempt(pair)).toBeUndefined();
  });

  test("accepts a chain with an intermediate, trusting the root or the intermediate alone", async () => {
    expect(await attempt(own)).toBeUndefined();
    const intermediate = certificatesIn(own.certificate)[1]?.toString() ?? "";
    expect(await attempt({ ...own, ca: intermediate })).toBeUndefined();
  });

  test("refuses a chain whose intermediate is missing", async () => {
    const leaf = certificatesIn(own.certificate)[0]?.toString() ?? "";
    expect(await attempt({ ...own, certificate: leaf })).toBe(
      "an API server that trusts its CA would not accept it: unable to get local issuer certificate",
    );
  });

  test("refuses another CA, also one of the same name", async () => {
    expect(await attempt({ ...own, ca: other.ca })).toMatch(
      /^an API server that trusts its CA would not/,
    );
  });

  test("refuses another name, and a common name alone", async () => {
    expect(await attempt(await ownPki(["other.example"], keys))).toBe(
      `it is not for the name ${NAME}; its names are: DNS:other.example`,
    );
    expect(await attempt(await ownPki([], keys))).toBe(
      `it is not for the name ${NAME}; its names are: none`,
    );
  });

  test("refuses a key of another certificate", async () => {
    expect(await attempt({ ...own, key: other.key })).toContain("key values mismatch");
  });
});
