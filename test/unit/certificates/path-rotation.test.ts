import { pino } from "pino";

import type { WebhookConfiguration } from "../../../certificates/installation";
import type { PathState } from "../../../certificates/path-plan";
import { PathRotation } from "../../../certificates/path-rotation";

const TIMES = { rotateMs: 1e12, announceMs: 120_000, overlapMs: 600_000 };
const BUNDLE = "the CA";

let stored: PathState;
let accepting: boolean[];
/** The paths in the webhook configurations. */
let calls: string[];
let now: number;
let clock: jest.SpyInstance;

beforeEach(() => {
  stored = state({ renew: "please" });
  accepting = [];
  calls = ["a", "a"];
  now = 0;
  clock = jest.spyOn(performance, "now").mockImplementation(() => now);
});

afterEach(() => {
  clock.mockRestore();
});

function state(change: Partial<PathState>): PathState {
  const none = { next: "", previous: "", renew: "", renewed: "", since: new Date() };
  return { called: "a", ...none, ...change };
}

function configurations(): WebhookConfiguration[] {
  return (["mutate", "validate"] as const).map((kind, index) => ({
    kind,
    webhooks: [{ caBundle: BUNDLE, path: `/${kind}/${calls[index] ?? ""}` }],
    injected: false,
    elsewhere: [],
  }));
}

const rotation = (): PathRotation =>
  new PathRotation(
    {
      store: {
        read: () => Promise.resolve(stored),
        write: next => {
          stored = next;
          return Promise.resolve();
        },
      },
      world: {
        observe: () => Promise.resolve({ configurations: configurations() }),
        accepting: (path, ca) => {
          expect({ path, ca }).toEqual({ path: stored.next, ca: `${BUNDLE}\n${BUNDLE}` });
          return Promise.resolve(accepting);
        },
      },
    },
    TIMES,
    pino({ level: "silent" }),
  );

/** Runs one round at this time, and returns the resulting paths as text. */
async function look(paths: PathRotation, at: number): Promise<string> {
  now = at;
  await paths.step();
  const { called, next, previous } = stored;
  const others = [next && "next", previous && "previous"].filter(name => name !== "");
  return [called === "a" ? "old" : "new", ...others].join(" ");
}

test("a new path is called when every ready replica has answered it for two minutes on end", async () => {
  const paths = rotation();
  expect(await look(paths, 0)).toBe("old next");
  expect(await look(paths, 200_000)).toBe("old next");
  accepting = [true, false];
  expect(await look(paths, 400_000)).toBe("old next");
  accepting = [true, true];
  expect(await look(paths, 500_000)).toBe("old next");
  expect(await look(paths, 619_000)).toBe("old next");
  // A replica that is starting still has the previously mounted path.
  accepting = [true, true, false];
  expect(await look(paths, 619_500)).toBe("old next");
  accepting = [true, true, true];
  expect(await look(paths, 620_000)).toBe("old next");
  expect(await look(paths, 739_000)).toBe("old next");
  expect(await look(paths, 740_000)).toBe("new previous");
});

test("the old path is answered until both configurations have called the new one for ten minutes", async () => {
  stored = state({ called: "b", previous: "a" });
  const paths = rotation();
  expect(await look(paths, 0)).toBe("new previous");
  calls = ["b", "a"];
  expect(await look(paths, 700_000)).toBe("new previous");
  calls = ["b", "b"];
  expect(await look(paths, 800_000)).toBe("new previous");
  // A user has applied a configuration with another path.
  calls = ["b", "c"];
  expect(await look(paths, 1_300_000)).toBe("new previous");
  calls = ["b", "b"];
  expect(await look(paths, 1_400_000)).toBe("new previous");
  expect(await look(paths, 1_999_000)).toBe("new previous");
  expect(await look(paths, 2_000_000)).toBe("new");
});

test("a program that is started in between waits again", async () => {
  stored = state({ called: "b", previous: "a" });
  calls = ["b", "b"];
  expect(await look(rotation(), 0)).toBe("new previous");
  const next = rotation();
  expect(await look(next, 700_000)).toBe("new previous");
  expect(await look(next, 1_300_000)).toBe("new");
});
