import { pki } from "node-forge";
import { X509Certificate } from "node:crypto";
import { pino } from "pino";

import {
  makeAuthority,
  makePairBelow,
  sign,
  unsignedCertificate,
} from "../../../certificates/authority";
import type { SignedPair } from "../../../certificates/authority";
import type { Observation, StoredPair } from "../../../certificates/installation";
import { Issuer } from "../../../certificates/issuer";
import { planBelow, stoppedBelow } from "../../../certificates/plan-below";
import { tryHandshake } from "../../../pki/handshake";
import type { KeyPair } from "../../../pki/key-pair";
import { certificatesIn } from "../../../pki/trust-bundle";
import { DNS_NAMES } from "../../../kube/installation-names";
import { DatedPki } from "../../fixtures/dated-pki";

const NOW = new Date();
const DAY_MS = 24 * 3600 * 1000;
const YEARS = { from: -400, to: 3000 };

let dated: DatedPki;
let authority: KeyPair;
let pair: SignedPair;

beforeAll(async () => {
  dated = await DatedPki.make();
  authority = dated.ca("authority", YEARS);
  pair = dated.pair("pair", { from: -1, to: 300 }, authority);
});

function observation(
  change: { pair?: Partial<StoredPair>; authority?: KeyPair; apiPath?: string } = {},
): Observation {
  const at = { renew: "", renewed: "", rotations: [] };
  return {
    pair: { ...pair, ...at, own: true, ...change.pair },
    apiPath: change.apiPath ?? "path",
    configurations: [],
    authority: change.authority ?? authority,
  };
}

describe("the next step below a CA that a person has written", () => {
  test("is none when the pair is fresh and below it", () => {
    expect(planBelow(observation(), NOW)).toEqual({ do: "nothing" });
  });

  test.each([
    ["there is no CA", { authority: { certificate: "", key: "" } }],
    ["there is no path", { apiPath: "" }],
  ])("is a complaint that names the command when %s", (_, change) => {
    expect(planBelow(observation(change), NOW)).toEqual({
      do: "complain",
      why: "no CA is trusted yet: run `gmsa certs trust`",
    });
  });

  test("is a complaint when the CA has ended or has another key", () => {
    const ended = dated.ca("ended", { from: -10, to: -1 });
    expect(planBelow(observation({ authority: ended }), NOW)).toMatchObject({
      do: "complain",
      why: expect.stringMatching(
        /^the CA: the certificate expired at .*certs trust --new-ca`$/,
      ) as string,
    });
    const mixed = { ...authority, key: pair.key };
    expect(planBelow(observation({ authority: mixed }), NOW).do).toBe("complain");
  });

  test("is a certificate when there is none, when it is asked for, due, or below another CA", () => {
    const due = dated.pair("due", { from: -300, to: 20 }, authority);
    const other = dated.ca("other", YEARS);
    const reasons = [
      { certificate: "", key: "", ca: "", own: false },
      { renew: "now" },
      due,
      dated.pair("below-other", { from: -1, to: 300 }, other),
    ].map(change => planBelow(observation({ pair: change }), NOW));
    expect(reasons).toEqual([
      { do: "rotate", why: "there is no certificate yet" },
      { do: "rotate", why: "requested (now)" },
      { do: "rotate", why: expect.stringMatching(/^it expires at/) as string },
      { do: "rotate", why: "its CA is not the one that gmsa certs trust has written" },
    ]);
  });

  test("is none for a certificate that ends with its CA", () => {
    const short = dated.ca("short", { from: -300, to: 5 });
    const last = dated.pair("last", { from: -300, to: 5 }, short);
    expect(planBelow(observation({ authority: short, pair: last }), NOW).do).toBe("nothing");
  });

  test("is none for a pair of the user's, and none at the limit, which is reported", () => {
    const given = observation({ pair: { own: false, renew: "now" } });
    expect(planBelow(given, NOW).do).toBe("nothing");
    const rotations = [1, 2, 3, 4, 5, 6].map(minutes => new Date(NOW.getTime() - minutes * 60_000));
    const atLimit = observation({ pair: { renew: "now", rotations } });
    expect(planBelow(atLimit, NOW).do).toBe("nothing");
    expect(stoppedBelow(atLimit, NOW)).toMatchObject({
      due: "requested (now)",
      stop: { reason: "rotations-an-hour", count: 6 },
    });
    expect(stoppedBelow(observation(), NOW)).toBeUndefined();
  });
});

test("the issuer writes one pair, and then nothing", async () => {
  const seen = observation({ pair: { renew: "now" } });
  const outcomes: string[] = [];
  const issuer = new Issuer({
    installation: {
      observe: () => Promise.resolve(structuredClone(seen)),
      storePair: (made, renewed, rotations) => {
        seen.pair = { ...seen.pair, ...made, renewed, rotations: [...rotations] };
        return Promise.resolve();
      },
    },
    settings: { days: 30 },
    log: pino({ level: "silent" }),
    report: {
      rotated: () => undefined,
      needsHand: () => undefined,
      stopped: () => Promise.resolve(),
    },
    issue: (ca, days) => Promise.resolve(dated.pair("made", { from: 0, to: days }, ca)),
  });
  for (let i = 0; i < 3; i++) outcomes.push(await issuer.step());
  expect(outcomes).toEqual(["changed", "quiet", "quiet"]);
  expect(seen.pair).toMatchObject({ renewed: "now", rotations: [expect.any(Date)] });
});

describe("a CA whose key is kept", () => {
  let ca: KeyPair;

  beforeAll(async () => {
    ca = await makeAuthority();
  }, 60_000);

  test("lives for ten years, and a certificate below it never longer than it does", async () => {
    const end = Date.parse(new X509Certificate(ca.certificate).validTo);
    expect(Math.round((end - Date.now()) / DAY_MS)).toBe(3650);
    const made = await makePairBelow(ca, 9999);
    expect(Date.parse(new X509Certificate(made.certificate).validTo)).toBe(end);
    const anchors = certificatesIn(ca.certificate);
    expect(await tryHandshake(made, anchors, DNS_NAMES[0])).toBeUndefined();
  }, 60_000);

  test.each([
    ["another name", "DNS:kubernetes.default.svc", { type: 2, value: "kubernetes.default.svc" }],
    ["an address", "IP Address:10.0.0.1", { type: 7, ip: "10.0.0.1" }],
  ])("cannot sign for %s", async (_, name, altName) => {
    const leaf = unsignedCertificate(pair.key, new Date(Date.now() + DAY_MS));
    leaf.setSubject([{ name: "commonName", value: "forged" }]);
    leaf.setIssuer(pki.certificateFromPem(ca.certificate).subject.attributes);
    const ours = { type: 2, value: DNS_NAMES[0] };
    leaf.setExtensions([{ name: "subjectAltName", altNames: [ours, altName] }]);
    sign(leaf, ca.key);
    const forged = { certificate: pki.certificateToPem(leaf), key: pair.key };
    expect(new X509Certificate(forged.certificate).subjectAltName).toContain(name);
    expect(await tryHandshake(forged, certificatesIn(ca.certificate), DNS_NAMES[0])).toMatch(
      /permitted subtree violation|excluded subtree violation/,
    );
  });
});
