import { X509Certificate } from "node:crypto";

import { keptPairs } from "../../support/kept-keys";
import type { SignedPair } from "../../../certificates/authority";
import type { Observation, StoredPair } from "../../../certificates/installation";
import { planStep, stoppedRotation, trustAlso } from "../../../certificates/plan";
import { certificatesIn } from "../../../pki/trust-bundle";
import { checkPair } from "../../../pki/key-pair";
import { DatedPki } from "../../fixtures/dated-pki";

const API_PATH = "a".repeat(64);
const NOW = new Date();
const DAY_MS = 24 * 3600 * 1000;

let pair: SignedPair;
let other: SignedPair;

beforeAll(async () => {
  [pair, other] = await keptPairs(365, 365);
});

function stored(change: Partial<StoredPair> = {}): StoredPair {
  return { ...pair, own: true, renew: "", renewed: "", rotations: [], ...change };
}

const EMPTY: StoredPair = {
  certificate: "",
  key: "",
  ca: "",
  own: false,
  renew: "",
  renewed: "",
  rotations: [],
};

/** An installation that needs no change, apart from the test's change. */
function observation(
  change: { pair?: StoredPair; caBundle?: string; injected?: boolean; apiPath?: string } = {},
): Observation {
  const caBundle = change.caBundle ?? pair.ca;
  return {
    pair: change.pair ?? stored(),
    apiPath: change.apiPath ?? API_PATH,
    configurations: (["mutate", "validate"] as const).map(kind => ({
      kind,
      webhooks: [{ caBundle, path: `/${kind}/${API_PATH}` }],
      elsewhere: [],
      injected: change.injected ?? false,
    })),
  };
}

function at(days: number): Date {
  return new Date(NOW.getTime() + days * DAY_MS);
}

describe("the next step about certificates", () => {
  test("is none if there is nothing to change", () => {
    expect(planStep(observation(), NOW)).toEqual({ do: "nothing" });
  });

  test("is an unguessable path, if there is none", () => {
    const fresh = observation({ apiPath: "", caBundle: "", pair: EMPTY });
    for (const { webhooks } of fresh.configurations) {
      webhooks.forEach(webhook => (webhook.path = ""));
    }
    const [first, second] = [planStep(fresh, NOW), planStep(fresh, NOW)];
    expect(first).toEqual({
      do: "store path",
      apiPath: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(second).not.toEqual(first);
  });

  test("is the path that the webhooks call already, when its Secret was emptied", () => {
    expect(planStep(observation({ apiPath: "" }), NOW)).toEqual({
      do: "store path",
      apiPath: API_PATH,
    });
  });

  test("is a rotation when there is no certificate yet", () => {
    expect(planStep(observation({ pair: EMPTY, caBundle: "" }), NOW)).toMatchObject({
      do: "rotate",
      why: "there is no certificate yet",
    });
  });

  test("is a rotation when less than a quarter of its life is left, and not before", () => {
    expect(planStep(observation(), at(272)).do).toBe("nothing");
    expect(planStep(observation(), at(275))).toMatchObject({
      do: "rotate",
      why: expect.stringContaining("it expires at 20") as string,
    });
    expect(planStep(observation(), at(400))).toMatchObject({
      do: "rotate",
      why: expect.stringContaining("the certificate expired at") as string,
    });
  });

  test("is one rotation for each request", () => {
    expect(planStep(observation({ pair: stored({ renew: "1" }) }), NOW)).toMatchObject({
      do: "rotate",
      why: "requested (1)",
    });
    const answered = stored({ renew: "1", renewed: "1" });
    expect(planStep(observation({ pair: answered }), NOW).do).toBe("nothing");
    const takenBack = stored({ renew: "", renewed: "1" });
    expect(planStep(observation({ pair: takenBack }), NOW).do).toBe("nothing");
  });

  test("is a rotation when its own pair is broken", () => {
    const mixed = stored({ key: other.key });
    expect(planStep(observation({ pair: mixed }), NOW)).toMatchObject({
      do: "rotate",
      why: "the private key is not that of the certificate",
    });
  });

  test("is a rotation if ca.crt belongs to another pair, which no API server would accept", () => {
    const mixed = stored({ ca: other.ca });
    expect(planStep(observation({ pair: mixed }), NOW)).toMatchObject({
      do: "rotate",
      why: "none of the CAs in ca.crt signed the certificate",
    });
  });

  test("is trust in both CAs, if a supplied pair has another one", () => {
    const given = { ...stored(other), own: false };
    const step = planStep(observation({ pair: given }), NOW);
    expect(step).toMatchObject({ do: "update webhooks", change: { apiPath: API_PATH } });
    const trusted = step.do === "update webhooks" ? certificatesIn(step.change.caBundle ?? "") : [];
    expect(trusted.map(({ subject }) => subject)).toEqual(
      [pair, other].map(({ ca }) => new X509Certificate(ca).subject),
    );
  });

  test("is never to replace a pair supplied by a user, even if it expires", () => {
    const given = stored({ own: false, renew: "1" });
    expect(planStep(observation({ pair: given }), at(300)).do).toBe("nothing");
    expect(planStep(observation({ pair: given }), at(400))).toMatchObject({
      do: "complain",
      why: expect.stringContaining("the certificate expired at") as string,
    });
  });

  test("is a complaint when a supplied certificate comes without a CA to trust", () => {
    const given = stored({ own: false, ca: "" });
    expect(planStep(observation({ pair: given }), NOW)).toMatchObject({
      do: "complain",
      why: expect.stringContaining("there is no ca.crt") as string,
    });
  });

  test("is trust in the root of a supplied chain without ca.crt", () => {
    const chain = stored({ own: false, ca: "", certificate: `${pair.certificate}${pair.ca}` });
    expect(planStep(observation({ pair: chain, caBundle: other.ca }), NOW).do).toBe(
      "update webhooks",
    );
    expect(planStep(observation({ pair: chain }), NOW).do).toBe("nothing");
  });

  test("is to remove a CA that is no longer needed", () => {
    const both = pair.ca + other.ca;
    expect(planStep(observation({ caBundle: both }), NOW)).toEqual({
      do: "drop old CAs",
      fingerprint: checkPair(pair, NOW).fingerprint,
      change: { caBundle: new X509Certificate(pair.ca).toString(), apiPath: API_PATH },
    });
  });

  test("leaves the bundle to cert-manager where that fills it in, and the certificate too", () => {
    const injected = { injected: true, caBundle: other.ca };
    expect(planStep(observation(injected), NOW).do).toBe("nothing");
    expect(planStep(observation({ ...injected, pair: EMPTY }), NOW).do).toBe("nothing");
    const moved = observation(injected);
    moved.apiPath = "b".repeat(64);
    expect(planStep(moved, NOW)).toEqual({
      do: "update webhooks",
      change: { apiPath: moved.apiPath },
    });
  });

  test("repairs a configuration that was applied again, without CA and path", () => {
    const fresh = observation();
    fresh.configurations[1]?.webhooks.forEach(webhook => {
      Object.assign(webhook, { caBundle: "", path: "" });
    });
    expect(planStep(fresh, NOW)).toMatchObject({
      do: "update webhooks",
      change: { caBundle: pair.ca, apiPath: API_PATH },
    });
  });
});

describe("expired CAs", () => {
  let ended: string;

  beforeAll(async () => {
    ended = (await DatedPki.make()).ca("ended", { from: -9, to: -1 }).certificate;
  });

  test("need no step, neither in the Secret nor in a bundle", () => {
    const given = { ...stored({ own: false }), ca: ended + pair.ca };
    expect(planStep(observation({ pair: given }), NOW)).toEqual({ do: "nothing" });
    expect(planStep(observation({ caBundle: pair.ca + ended }), NOW)).toEqual({ do: "nothing" });
  });

  test("alone in the Secret are a complaint", () => {
    const given = { ...stored({ own: false }), ca: ended };
    expect(planStep(observation({ pair: given }), NOW)).toEqual({
      do: "complain",
      why: "the Secret with the certificate: every CA in ca.crt has expired",
    });
  });
});

describe("the limits", () => {
  const asked = { renew: "now" };

  test("of rotations within an hour stop rotations that are due, and no other step", () => {
    const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
    const rotations = [ago(1), ago(2), ago(3), ago(4), ago(5), ago(59), ago(61), at(1)];
    const atLimit = observation({ pair: stored({ ...asked, rotations }) });
    expect(planStep(atLimit, NOW)).toEqual({ do: "nothing" });
    expect(stoppedRotation(atLimit, NOW)).toEqual({
      due: "requested (now)",
      stop: { reason: "rotations-an-hour", count: 6, until: ago(-1) },
    });
    expect(planStep(atLimit, ago(-2)).do).toBe("rotate");
    const untrusted = observation({ pair: stored({ ...asked, rotations }), caBundle: other.ca });
    expect(planStep(untrusted, NOW).do).toBe("update webhooks");
  });

  test("of trusted CAs stop a rotation, but the CA of an existing pair replaces the oldest", async () => {
    const pki = await DatedPki.make();
    const cas = Array.from({ length: 8 }, (_, i) => pki.ca(`ca-${i}`, { from: -1, to: 9 }));
    const caBundle = cas.map(({ certificate }) => certificate).join("");
    const full = observation({ pair: stored(asked), caBundle });
    expect(stoppedRotation(full, NOW)?.stop).toEqual({ reason: "trusted-cas", count: 8 });
    const step = planStep(full, NOW);
    const trusted = step.do === "update webhooks" ? certificatesIn(step.change.caBundle ?? "") : [];
    expect(trusted.map(({ subject }) => subject)).toEqual([
      ...cas.slice(1).map((_, i) => `CN=ca-${i + 1}`),
      new X509Certificate(pair.ca).subject,
    ]);
  });

  test("are no reason to stop where nothing is due", () => {
    expect(stoppedRotation(observation(), NOW)).toBeUndefined();
  });
});

describe("adding a CA to the trusted ones", () => {
  test("keeps each CA once, without expired ones and other text", () => {
    const caBundle = `${pair.ca}${pair.ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
    const subjects = (now: Date): string[] =>
      certificatesIn(trustAlso(observation({ caBundle }), other.ca, now).caBundle ?? "").map(
        ({ subject }) => subject,
      );
    const [old, added] = [pair, other].map(({ ca }) => new X509Certificate(ca).subject);
    expect(subjects(NOW)).toEqual([old, added]);
    expect(subjects(at(400))).toEqual([]);
  });
});
