import { pino } from "pino";

import { Canary, type CanaryWorld } from "../../../canary/rounds";
import { readCanarySettings } from "../../../canary/settings";
import type { ModuleEvent } from "../../../kube/events";
import type { CreateAnswer } from "../../../rules/canary/probe-answer";
import { probesOf } from "../../../rules/canary/round";
import type { Probe } from "../../../rules/canary/probe";
import { CanaryMetrics } from "../../../telemetry/canary-metrics";

const NAMESPACES = { ordinary: "gmsa-canary", excluded: "gmsa-canary-excluded" };
const DENIED = 'admission webhook "pepr-gmsa.pepr.dev" denied the request: no name';
const UNASKED =
  'admission webhook "pepr-gmsa.pepr.dev" denied the request: could not find out (pod "gmsa-canary"): the API server answered 403. No Pod is admitted unchecked. Try again.';
const POLICY =
  "ValidatingAdmissionPolicy 'gmsa-excluded-namespaces' with binding 'x' denied request: no";

function refused(message: string, ...reasons: string[]): CreateAnswer {
  const causes = reasons.map(reason => ({ reason, field: "", message: "" }));
  return { outcome: "refused", code: 403, message, causes };
}

/** A cluster whose webhook and policy can be removed, and whose clock can advance. */
class World implements CanaryWorld {
  validate = true;
  policy = true;
  mayAsk = true;
  apiServer = true;
  takesEvents = true;
  minutes = 0;
  readonly events: ModuleEvent[] = [];

  tryPod(probe: Probe): Promise<CreateAnswer> {
    return Promise.resolve(this.#answer(probe));
  }

  tell(event: ModuleEvent): Promise<void> {
    if (!this.takesEvents) return Promise.reject(new Error("away"));
    this.events.push(event);
    return Promise.resolve();
  }

  now(): Date {
    return new Date(this.minutes * 60_000);
  }

  #answer({ namespace, expect: wanted, credspec }: Probe): CreateAnswer {
    if (!this.apiServer) return { outcome: "failed", why: "the API server did not answer in time" };
    if (wanted === "admitted") return { outcome: "admitted", pod: { spec: {} } };
    if (namespace === NAMESPACES.excluded && this.policy) return refused(POLICY);
    if (!this.validate) return { outcome: "admitted", pod: { spec: {} } };
    if (credspec === undefined) return refused(DENIED, "ContentsWithoutName");
    return this.mayAsk ? refused(DENIED, "NotAuthorized") : refused(UNASKED, "ClusterFailed");
  }
}

let world: World;
let metrics: CanaryMetrics;
let canary: Canary;

beforeEach(() => {
  world = new World();
  metrics = new CanaryMetrics();
  canary = new Canary(probesOf(NAMESPACES), world, metrics, pino({ level: "silent" }));
});

/** Types and reasons of the Events so far. */
function told(): string[] {
  return world.events.map(({ type, reason }) => `${type} ${reason}`);
}

async function state(
  place: string,
  expected: string,
  gmsa = "contents",
): Promise<string | undefined> {
  const pattern = new RegExp(
    `^pepr_gmsa_canary_state\\{place="${place}",expected="${expected}",gmsa="${gmsa}",outcome="(\\w+)"\\} 1$`,
    "m",
  );
  return pattern.exec(await metrics.text())?.[1];
}

test("where every check passes it reports that once", async () => {
  for (let round = 0; round < 100; round++) {
    world.minutes++;
    expect(await canary.round()).toBe(1);
  }
  expect(told()).toEqual(["Normal GMSAChecked"]);
  expect(await state("ordinary", "refused")).toBe("passed");
  expect(await metrics.text()).toMatch(/^pepr_gmsa_canary_rounds_total 100$/m);
  expect(await metrics.text()).toMatch(/^pepr_gmsa_canary_refusals_total 200$/m);
  expect(await metrics.text()).toMatch(/^pepr_gmsa_canary_last_round_timestamp_seconds 6000$/m);
});

test.each([
  ["validate", "ordinary"],
  ["policy", "excluded"],
] as const)("within a round it says that %s is gone, and that it is back", async (what, place) => {
  await canary.round();
  world[what] = false;
  await canary.round();
  expect(told()).toEqual(["Normal GMSAChecked", "Warning GMSAUnchecked"]);
  expect(world.events[1]).toMatchObject({
    about: { kind: "Deployment", name: "pepr-gmsa-canary" },
  });
  expect(await state(place, "refused")).toBe("unchecked");
  world[what] = true;
  await canary.round();
  expect(told().slice(2)).toEqual(["Normal GMSAChecked"]);
  expect(await state(place, "refused")).toBe("passed");
});

test("within a round it reports a webhook that cannot ask the API server", async () => {
  await canary.round();
  world.mayAsk = false;
  await canary.round();
  expect(told()).toEqual(["Normal GMSAChecked", "Warning GMSAPodRefused"]);
  expect(world.events[1]?.message).toContain("refuses every Pod that names a credential spec");
  expect(await state("ordinary", "refused", "name")).toBe("refused");
  expect(await state("ordinary", "refused", "contents")).toBe("passed");
  world.mayAsk = true;
  await canary.round();
  expect(told().slice(2)).toEqual(["Normal GMSAChecked"]);
});

test("a lasting problem is reported again before its Event is forgotten, and not each time", async () => {
  world.validate = false;
  for (; world.minutes < 60; world.minutes++) await canary.round();
  expect(told()).toEqual(["Warning GMSAUnchecked", "Warning GMSAUnchecked"]);
});

test("an Event that was not taken is tried again", async () => {
  world.takesEvents = false;
  world.validate = false;
  await canary.round();
  world.takesEvents = true;
  await canary.round();
  await canary.round();
  expect(told()).toEqual(["Warning GMSAUnchecked"]);
});

test("while the API server does not answer it waits longer, up to a limit", async () => {
  world.apiServer = false;
  const pauses: number[] = [];
  for (let round = 0; round < 8; round++) pauses.push(await canary.round());
  expect(pauses).toEqual([1, 2, 3, 4, 5, 5, 5, 5]);
  expect(await state("ordinary", "refused")).toBe("unknown");
  world.apiServer = true;
  expect(await canary.round()).toBe(1);
});

test("the settings are those of the component unless the environment overrides them", () => {
  expect(readCanarySettings({ CANARY_CREDSPEC: "" })).toEqual({
    namespaces: NAMESPACES,
    credspec: undefined,
    intervalMs: 60_000,
  });
  expect(readCanarySettings({ CANARY_CREDSPEC: "webapp1", CANARY_SECONDS: "0.5" })).toMatchObject({
    credspec: "webapp1",
    intervalMs: 500,
  });
  for (const CANARY_SECONDS of ["0", "-1", "soon"]) {
    expect(() => readCanarySettings({ CANARY_SECONDS })).toThrow("must be a positive number");
  }
});
