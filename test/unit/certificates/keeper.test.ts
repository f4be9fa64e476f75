import { pino } from "pino";

import { keptPairs } from "../../support/kept-keys";
import type { SignedPair } from "../../../certificates/authority";
import type { Installation, Observation, WebhookChange } from "../../../certificates/installation";
import { Keeper } from "../../../certificates/keeper";
import { certificatesIn } from "../../../pki/trust-bundle";
import { checkPair } from "../../../pki/key-pair";

const SETTINGS = {
  tlsSecret: "pepr-gmsa-tls",
  trust: "automatic" as const,
  days: 30,
  trustOldMs: 60_000,
  propagationMs: 10_000,
  pollMs: 60_000,
  rotatePathMs: 86_400_000,
  announcePathMs: 60_000,
};

/** An installation in memory, which records all operations in order. */
class MemoryInstallation implements Installation {
  readonly done: string[] = [];
  served: (string | undefined)[] = [];
  refusesPairs = false;
  readonly state: Observation = {
    pair: { certificate: "", key: "", ca: "", own: false, renew: "", renewed: "", rotations: [] },
    apiPath: "",
    configurations: [
      { kind: "mutate", webhooks: [{ caBundle: "", path: "" }], elsewhere: [], injected: false },
      { kind: "validate", webhooks: [{ caBundle: "", path: "" }], elsewhere: [], injected: false },
    ],
  };

  get trusted(): number[] {
    return this.state.configurations.map(
      ({ webhooks }) => certificatesIn(webhooks[0]?.caBundle ?? "").length,
    );
  }

  observe(): Promise<Observation> {
    return Promise.resolve(structuredClone(this.state));
  }

  servedFingerprints(): Promise<(string | undefined)[]> {
    return Promise.resolve(this.served);
  }

  storePair(pair: SignedPair, renewed: string, rotations: readonly Date[]): Promise<void> {
    if (this.refusesPairs) return Promise.reject(new Error("the Secret is immutable"));
    this.done.push(`store pair, ${this.trusted.join(" and ")} trusted`);
    const { renew } = this.state.pair;
    this.state.pair = { ...pair, own: true, renew, renewed, rotations: [...rotations] };
    return Promise.resolve();
  }

  storeApiPath(apiPath: string): Promise<void> {
    this.done.push("store path");
    this.state.apiPath = apiPath;
    return Promise.resolve();
  }

  updateWebhooks({ caBundle, apiPath }: WebhookChange): Promise<boolean> {
    const before = JSON.stringify(this.state.configurations);
    for (const { kind, webhooks } of this.state.configurations) {
      webhooks[0] = {
        caBundle: caBundle ?? webhooks[0]?.caBundle ?? "",
        path: `/${kind}/${apiPath}`,
      };
    }
    if (JSON.stringify(this.state.configurations) === before) return Promise.resolve(false);
    this.done.push(`trust ${this.trusted.join(" and ")}`);
    return Promise.resolve(true);
  }
}

let pairs: SignedPair[];
let installation: MemoryInstallation;
let keeper: Keeper;

beforeAll(async () => {
  pairs = await keptPairs(SETTINGS.days, SETTINGS.days);
});

/** Reasons of the stop, one per round; undefined if the controller was not stopped. */
let stops: (string | undefined)[];

function newKeeper(): Keeper {
  let made = 0;
  return new Keeper({
    installation,
    settings: SETTINGS,
    log: pino({ level: "silent" }),
    report: {
      rotated: () => undefined,
      needsHand: () => undefined,
      stopped: stopped => {
        stops.push(stopped?.stop.reason);
        return Promise.resolve();
      },
    },
    tools: {
      makePair: days => {
        expect(days).toBe(SETTINGS.days);
        installation.done.push("make pair");
        return Promise.resolve(pairs[made++ % 2 === 0 ? 1 : 0] as SignedPair);
      },
      sleep: milliseconds => {
        installation.done.push(`wait ${milliseconds / 1000} s`);
        return Promise.resolve();
      },
    },
  });
}

beforeEach(() => {
  installation = new MemoryInstallation();
  stops = [];
  keeper = newKeeper();
});

async function untilNothingIsLeft(): Promise<string[]> {
  installation.done.length = 0;
  while ((await keeper.step()) === "changed");
  return installation.done;
}

describe("the keeper of certificates", () => {
  test("creates everything once, trust first, and then changes nothing", async () => {
    expect(await untilNothingIsLeft()).toEqual([
      "store path",
      "make pair",
      "trust 1 and 1",
      "store pair, 1 and 1 trusted",
    ]);
    expect(await untilNothingIsLeft()).toEqual([]);
  });

  test("trusts both CAs, for as long as it takes API servers to notice, before it stores the new pair", async () => {
    await untilNothingIsLeft();
    installation.state.pair.renew = "now";
    expect(await untilNothingIsLeft()).toEqual([
      "make pair",
      "trust 2 and 2",
      "wait 10 s",
      "store pair, 2 and 2 trusted",
    ]);
    expect(installation.state.pair.renewed).toBe("now");
  });

  test("drops the old CA when every replica has served the new pair long enough", async () => {
    await untilNothingIsLeft();
    const old = checkPair(installation.state.pair, new Date()).fingerprint;
    installation.state.pair.renew = "now";
    await untilNothingIsLeft();
    const fresh = checkPair(installation.state.pair, new Date()).fingerprint;
    const clock = jest.spyOn(performance, "now");
    const look = async (now: number, ...served: (string | undefined)[]): Promise<number[]> => {
      clock.mockReturnValue(now);
      installation.served = served;
      await untilNothingIsLeft();
      return installation.trusted;
    };
    try {
      expect(await look(0)).toEqual([2, 2]);
      expect(await look(100_000, old, fresh)).toEqual([2, 2]);
      expect(await look(200_000, undefined, fresh)).toEqual([2, 2]);
      expect(await look(300_000, fresh, fresh)).toEqual([2, 2]);
      expect(await look(359_000, fresh, fresh)).toEqual([2, 2]);
      // A new replica still starts with the old one, so counting begins again.
      expect(await look(359_500, fresh, old)).toEqual([2, 2]);
      expect(await look(365_000, fresh, fresh)).toEqual([2, 2]);
      expect(await look(425_000, fresh, fresh)).toEqual([1, 1]);
    } finally {
      clock.mockRestore();
    }
  });

  test("trusts a given pair and leaves it as it is", async () => {
    await untilNothingIsLeft();
    // The other pair is the one that the certificate controller created.
    const [given] = pairs as [SignedPair, SignedPair];
    Object.assign(installation.state.pair, given, { own: false });
    expect(await untilNothingIsLeft()).toEqual(["trust 2 and 2"]);
    expect(installation.state.pair).toMatchObject(given);
  });

  test("does nothing for a request that was withdrawn", async () => {
    await untilNothingIsLeft();
    installation.state.pair.renew = "now";
    await untilNothingIsLeft();
    installation.state.pair.renew = "";
    expect(await untilNothingIsLeft()).toEqual([]);
  });

  test("answers a request of any length once, in a few characters", async () => {
    await untilNothingIsLeft();
    installation.state.pair.renew = "x".repeat(200_000);
    expect(await untilNothingIsLeft()).toContain("make pair");
    expect(installation.state.pair.renewed).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await untilNothingIsLeft()).toEqual([]);
  });

  test("creates one pair, however often it cannot be stored", async () => {
    await untilNothingIsLeft();
    installation.done.length = 0;
    installation.state.pair.renew = "now";
    installation.refusesPairs = true;
    for (let i = 0; i < 5; i++) {
      await expect(keeper.step()).rejects.toThrow("the Secret is immutable");
    }
    expect(installation.done.filter(done => done === "make pair")).toHaveLength(1);
    expect(installation.trusted).toEqual([2, 2]);
    installation.refusesPairs = false;
    expect(await untilNothingIsLeft()).toEqual(["wait 10 s", "store pair, 2 and 2 trusted"]);
  });

  test.each([
    ["and it runs all the time", () => keeper],
    // Only the record in the Secret remains.
    ["and is started again each time", newKeeper],
  ])("stops after six rotations within an hour, %s", async (_, next) => {
    await untilNothingIsLeft();
    for (let i = 0; i < 10; i++) {
      installation.state.pair.renew = String(i);
      keeper = next();
      await untilNothingIsLeft();
    }
    expect(installation.state.pair).toMatchObject({ renew: "9", renewed: "4" });
    expect(stops.at(-1)).toBe("rotations-an-hour");

    jest.useFakeTimers({ now: Date.now() + 3600 * 1000, doNotFake: ["performance"] });
    try {
      expect(await untilNothingIsLeft()).toContain("make pair");
      expect(installation.state.pair.renewed).toBe("9");
      expect(stops.at(-1)).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });

  test("stops as well when somebody keeps emptying the Secret, including its records", async () => {
    let rotations = 0;
    for (let i = 0; i < 20; i++) {
      Object.assign(installation.state.pair, { certificate: "", key: "", ca: "", own: false });
      Object.assign(installation.state.pair, { renew: "", renewed: "", rotations: [] });
      rotations += (await untilNothingIsLeft()).filter(done => done === "make pair").length;
    }
    expect(rotations).toBe(6);
    expect(stops.at(-1)).toBe("rotations-an-hour");
  });

  test("writes nothing where the desired state is already there", async () => {
    await untilNothingIsLeft();
    jest.spyOn(installation, "updateWebhooks").mockResolvedValue(false);
    installation.state.configurations[0]?.webhooks.forEach(webhook => (webhook.path = "/other"));
    expect(await keeper.step()).toBe("unchanged");
  });
});
