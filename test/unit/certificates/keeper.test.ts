import { pino } from "pino";

import { keptPairs } from "../../support/kept-keys";
import type { SignedPair } from "../../../certificates/authority";
import type { Installation, Observation } from "../../../certificates/installation";
import { Keeper } from "../../../certificates/keeper";
import { certificatesIn } from "../../../pki/trust-bundle";
import { checkPair } from "../../../pki/key-pair";

const SETTINGS = {
  tlsSecret: "pepr-gmsa-tls",
  days: 30,
  trustOldMs: 60_000,
  propagationMs: 10_000,
  pollMs: 60_000,
};

/** An installation in memory, which notes what is done to it, in order. */
class MemoryInstallation implements Installation {
  readonly done: string[] = [];
  served: (string | undefined)[] = [];
  readonly state: Observation = {
    pair: { certificate: "", key: "", ca: "", own: false, renew: "", renewed: "" },
    apiPath: "",
    configurations: [
      { kind: "mutate", webhooks: [{ caBundle: "", path: "" }], injected: false },
      { kind: "validate", webhooks: [{ caBundle: "", path: "" }], injected: false },
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

  storePair(pair: SignedPair, renewed: string): Promise<void> {
    this.done.push(`store pair, ${this.trusted.join(" and ")} trusted`);
    this.state.pair = { ...pair, own: true, renew: this.state.pair.renew, renewed };
    return Promise.resolve();
  }

  storeApiPath(apiPath: string): Promise<void> {
    this.done.push("store path");
    this.state.apiPath = apiPath;
    return Promise.resolve();
  }

  updateWebhooks({ caBundle, apiPath }: { caBundle?: string; apiPath: string }): Promise<void> {
    for (const { kind, webhooks } of this.state.configurations) {
      webhooks[0] = {
        caBundle: caBundle ?? webhooks[0]?.caBundle ?? "",
        path: `/${kind}/${apiPath}`,
      };
    }
    this.done.push(`trust ${this.trusted.join(" and ")}`);
    return Promise.resolve();
  }
}

let pairs: SignedPair[];
let installation: MemoryInstallation;
let keeper: Keeper;

beforeAll(async () => {
  pairs = await keptPairs(SETTINGS.days, SETTINGS.days);
});

beforeEach(() => {
  installation = new MemoryInstallation();
  const unused = [...pairs];
  keeper = new Keeper(installation, SETTINGS, pino({ level: "silent" }), {
    makePair: days => {
      expect(days).toBe(SETTINGS.days);
      return Promise.resolve(unused.pop() as SignedPair);
    },
    sleep: milliseconds => {
      installation.done.push(`wait ${milliseconds / 1000} s`);
      return Promise.resolve();
    },
  });
});

async function untilNothingIsLeft(): Promise<string[]> {
  installation.done.length = 0;
  while (await keeper.step());
  return installation.done;
}

describe("the keeper of certificates", () => {
  test("makes everything once, trust first, and then leaves it alone", async () => {
    expect(await untilNothingIsLeft()).toEqual([
      "store path",
      "trust 1 and 1",
      "store pair, 1 and 1 trusted",
    ]);
    expect(await untilNothingIsLeft()).toEqual([]);
  });

  test("trusts both CAs, for as long as it takes API servers to notice, before it stores the new pair", async () => {
    await untilNothingIsLeft();
    installation.state.pair.renew = "now";
    expect(await untilNothingIsLeft()).toEqual([
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
      // A replica that still starts with the old one: counted anew.
      expect(await look(359_500, fresh, old)).toEqual([2, 2]);
      expect(await look(365_000, fresh, fresh)).toEqual([2, 2]);
      expect(await look(425_000, fresh, fresh)).toEqual([1, 1]);
    } finally {
      clock.mockRestore();
    }
  });

  test("trusts a given pair and leaves it as it is", async () => {
    await untilNothingIsLeft();
    // The keeper made the last one.
    const [given] = pairs as [SignedPair, SignedPair];
    Object.assign(installation.state.pair, given, { own: false });
    expect(await untilNothingIsLeft()).toEqual(["trust 2 and 2"]);
    expect(installation.state.pair).toMatchObject(given);
  });
});
