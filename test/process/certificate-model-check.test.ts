/**
 * Runs the certificate controller from every state of a small world, with every user edit in
 * between: it must always reach a state without further work in a few steps. The planner, the
 * patches and the controller are real; the API server and the clock are not.
 */
import type {
  V1ValidatingWebhookConfiguration,
  V1ValidatingWebhook,
} from "@kubernetes/client-node";
import { createHash, type X509Certificate } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { pino } from "pino";

import { INJECTED } from "../../certificates/annotations";
import type { SignedPair } from "../../certificates/authority";
import type { StoredPair } from "../../certificates/installation";
import { Keeper } from "../../certificates/keeper";
import { readSettings } from "../../certificates/settings";
import { certificatesIn } from "../../pki/trust-bundle";
import { DatedPki } from "../fixtures/dated-pki";
import { MemoryCluster, type World } from "../model/memory-cluster";

const LOG = pino({ level: "silent" });
const FRESH = { from: -1, to: 300 };
const DUE = { from: -300, to: 10 };
const ENDED = { from: -300, to: -1 };
const PATH = "a".repeat(64);
/** Length of the longest sequence: a path, trust, a pair, the webhooks, and the old CAs. */
const MOST_STEPS = 6;

let pki: DatedPki;
/** Pairs that the certificate controller creates; one of them is never in use. */
let made: SignedPair[];

beforeAll(async () => {
  pki = await DatedPki.make();
  made = ["made-1", "made-2", "made-3"].map(name => pki.pair(name, FRESH));
});

function stored(pair: Partial<StoredPair>): StoredPair {
  const empty = { certificate: "", key: "", ca: "", renew: "", renewed: "", rotations: [] };
  return { ...empty, own: true, ...pair };
}

/** Pairs that the Secret may contain, from the certificate controller or a user. */
function pairs(): StoredPair[] {
  const fresh = made[0] as SignedPair;
  const endedRoot = pki.ca("ended-root", ENDED).certificate;
  const contents: Partial<StoredPair>[] = [
    {},
    fresh,
    pki.pair("due", DUE),
    pki.pair("ended", ENDED),
    { ...fresh, certificate: "garbage" },
    { ...fresh, ca: "" },
    { ...fresh, ca: endedRoot },
    { ...fresh, ca: fresh.ca + endedRoot },
  ];
  const recently = [1, 2, 3, 4, 5, 6].map(minutes => new Date(Date.now() - minutes * 60_000));
  const requests: Partial<StoredPair>[] = [
    { renew: "", renewed: "old" },
    { renew: " ", renewed: "old" },
    { renew: "new", renewed: "old", rotations: recently },
  ];
  return contents.flatMap(content =>
    [true, false].flatMap(own => requests.map(request => stored({ ...content, ...request, own }))),
  );
}

function webhook(name: string, clientConfig: object): V1ValidatingWebhook {
  return { name, clientConfig, admissionReviewVersions: ["v1"], sideEffects: "None" };
}

function ours(kind: string, ca: string, path = `/${kind}/${PATH}`): object {
  const service = { namespace: "pepr-system", name: "pepr-gmsa", path };
  return { service, ...(ca !== "" && { caBundle: Buffer.from(ca).toString("base64") }) };
}

/** A webhook configuration, correct and with each user edit. */
function configurations(kind: "mutate" | "validate"): V1ValidatingWebhookConfiguration[] {
  const { ca } = made[0] as SignedPair;
  const endedRoot = pki.ca("another-ended-root", ENDED).certificate;
  const others = Array.from({ length: 9 }, (_, i) => pki.ca(`other-${i}`, FRESH).certificate);
  const url = { url: "https://10.0.0.1:3000/x", caBundle: "eA==" };
  const lists: V1ValidatingWebhook[][] = [
    [webhook("pepr-gmsa.pepr.dev", ours(kind, ca))],
    [webhook("pepr-gmsa.pepr.dev", ours(kind, "", ""))],
    [webhook("pepr-gmsa.pepr.dev", ours(kind, ca, "/other"))],
    [webhook("pepr-gmsa.pepr.dev", ours(kind, endedRoot + ca))],
    [webhook("pepr-gmsa.pepr.dev", ours(kind, others.join("")))],
    [webhook("pepr-gmsa.pepr.dev", url)],
    [
      webhook("foreign.example.com", ours(kind, others[0] ?? "", "/foreign")),
      webhook("pepr-gmsa.pepr.dev", ours(kind, "garbage")),
    ],
    [],
  ];
  return lists.map(webhooks => ({
    metadata: { name: "pepr-gmsa", resourceVersion: "1" },
    webhooks,
  }));
}

function injected(configuration: V1ValidatingWebhookConfiguration): typeof configuration {
  const annotations = { [INJECTED]: "pepr-system/pepr-gmsa-tls" };
  const metadata = Object.assign({}, configuration.metadata, { annotations });
  return Object.assign({}, configuration, { metadata });
}

/** A user's possible edits: each part of the world and all its possible values. */
interface Edits {
  pair: StoredPair[];
  apiPath: string[];
  mutate: V1ValidatingWebhookConfiguration[];
  validate: V1ValidatingWebhookConfiguration[];
}

function edits(): Edits {
  const [mutate, validate] = [configurations("mutate"), configurations("validate")];
  return {
    pair: pairs(),
    apiPath: [PATH, ""],
    mutate: [...mutate, injected(mutate[1] as V1ValidatingWebhookConfiguration)],
    validate: [0, 1, 4].flatMap(i => validate[i] ?? []),
  };
}

/**
 * A few edits of each part that cause the most work; the controller turns them into many more
 * states.
 */
function fewEdits({ pair, apiPath, mutate, validate }: Edits): Edits {
  return {
    pair: [0, 6, 7, 12].flatMap(i => pair[i] ?? []),
    apiPath,
    mutate: [0, 1, 5].flatMap(i => mutate[i] ?? []),
    validate: validate.slice(0, 2),
  };
}

function* worldsOf(parts: Edits): Generator<World> {
  for (const pair of parts.pair) {
    for (const apiPath of parts.apiPath) {
      for (const mutate of parts.mutate) {
        for (const validate of parts.validate) yield { pair, apiPath, mutate, validate };
      }
    }
  }
}

/** Identifies a state. Paths are random, so only their equality matters. */
function keyOf({ pair, apiPath, mutate, validate }: World): string {
  const recent = { ...pair, rotations: pair.rotations.length };
  const paths: string[] = [];
  const text = JSON.stringify([recent, apiPath, mutate, validate]).replaceAll(
    /[0-9a-f]{64}/g,
    path => {
      if (!paths.includes(path)) paths.push(path);
      return `path ${paths.indexOf(path)}`;
    },
  );
  return createHash("sha256").update(text).digest("hex");
}

/** The CAs of the Secret and of all webhooks. */
function trustedIn({ pair, mutate, validate }: World): X509Certificate[] {
  const bundles = [mutate, validate]
    .flatMap(({ webhooks }) => webhooks ?? [])
    .map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? "", "base64").toString());
  return certificatesIn([pair.ca, ...bundles].join("\n"));
}

/** One step of a freshly started controller, which has no memory of earlier steps. */
async function step(world: World): Promise<{ world: World; changed: boolean }> {
  const cluster = new MemoryCluster(world, () => {
    return certificatesIn(world.pair.certificate)[0]?.fingerprint256;
  });
  const keeper = new Keeper({
    installation: cluster,
    settings: { ...readSettings({}), trustOldMs: 0 },
    log: LOG,
    report: {
      rotated: () => undefined,
      needsHand: () => undefined,
      stopped: () => Promise.resolve(),
    },
    tools: {
      makePair: () => {
        const inUse = new Set(trustedIn(world).map(({ fingerprint256 }) => fingerprint256));
        const isInUse = ({ ca }: SignedPair): boolean =>
          certificatesIn(ca).some(({ fingerprint256 }) => inUse.has(fingerprint256));
        return Promise.resolve(made.find(pair => !isInUse(pair)) ?? (made[2] as SignedPair));
      },
      sleep: () => Promise.resolve(),
    },
  });
  const outcome = await keeper.step();
  expect(outcome === "changed").toBe(cluster.writes > 0);
  return { world: cluster.world, changed: outcome === "changed" };
}

/** Third-party webhooks, and webhooks that call another server, which must stay unchanged. */
function notOurs({ mutate, validate }: World): unknown {
  return [mutate, validate].map(({ webhooks }) =>
    webhooks?.filter(({ name, clientConfig }) => name.startsWith("foreign") || clientConfig.url),
  );
}

/** Follows the controller from any state to its end, and records the distance of each state. */
class Explorer {
  readonly #stepsFrom = new Map<string, number>();
  steps = 0;

  get states(): number {
    return this.#stepsFrom.size;
  }

  get longest(): number {
    return Math.max(...this.#stepsFrom.values());
  }

  knows(world: World): boolean {
    return this.#stepsFrom.has(keyOf(world));
  }

  /** @returns the new states on the way. */
  async follow(first: World): Promise<World[]> {
    const way: { key: string; world: World }[] = [];
    let world = first;
    let end: number | undefined;
    while (end === undefined) {
      const key = keyOf(world);
      end = this.#stepsFrom.get(key);
      if (end !== undefined) break;
      // A state that repeats would repeat endlessly.
      if (way.some(passed => passed.key === key)) throw new Error("a state comes back for ever");
      const next = await step(world);
      this.steps += 1;
      if (!isDeepStrictEqual(notOurs(next.world), notOurs(world))) {
        throw new Error("the controller has changed what is not ours");
      }
      way.push({ key, world });
      if (!next.changed) end = -1;
      world = next.world;
    }
    const distance = end;
    way.reverse().forEach(({ key }, i) => this.#stepsFrom.set(key, distance + i + 1));
    return way.map(passed => passed.world);
  }
}

describe("the certificate controller", () => {
  test("reaches a stable state after a few steps, from every state", async () => {
    const explorer = new Explorer();
    for (const world of worldsOf(edits())) await explorer.follow(world);
    const { states, steps, longest } = explorer;
    process.stderr.write(
      `model check: ${states} states, ${steps} steps, at most ${longest} until nothing is left to do\n`,
    );
    expect(states).toBeGreaterThan(2500);
    expect(longest).toBeGreaterThan(2);
    expect(longest).toBeLessThanOrEqual(MOST_STEPS);
  }, 300_000);

  test("reaches the same state, whatever a user edits after any of its steps", async () => {
    const explorer = new Explorer();
    const parts = fewEdits(edits());
    const queue = [...worldsOf(parts)];
    let edited = 0;
    for (let world = queue.pop(); world !== undefined; world = queue.pop()) {
      if (explorer.knows(world)) continue;
      for (const passed of await explorer.follow(world)) {
        for (const part of Object.keys(parts) as (keyof Edits)[]) {
          for (const value of parts[part]) {
            edited += 1;
            const other = { ...passed, [part]: value };
            if (!explorer.knows(other)) queue.push(other);
          }
        }
      }
    }
    const { states, steps, longest } = explorer;
    process.stderr.write(
      `model check with edits: ${states} states, ${edited} edits, ${steps} steps, at most ${longest} in a row\n`,
    );
    expect(states).toBeGreaterThan(300);
    expect(longest).toBeLessThanOrEqual(MOST_STEPS);
  }, 300_000);
});
