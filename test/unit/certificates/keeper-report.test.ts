import { pino } from "pino";

import { KeeperReport } from "../../../certificates/keeper-report";
import type { StoppedRotation } from "../../../certificates/plan";
import type { ModuleEvent } from "../../../kube/events";

const OFTEN: StoppedRotation = {
  due: "requested (again)",
  stop: { reason: "rotations-an-hour", count: 6, until: new Date("2030-01-01T00:00:00Z") },
};
const MANY: StoppedRotation = {
  due: "requested (again)",
  stop: { reason: "trusted-cas", count: 8 },
};

describe("a rotation that a limit prevents", () => {
  let events: ModuleEvent[];
  let lines: string[];
  /** How many Events the API server refuses before it stores one. */
  let refusals: number;
  let report: KeeperReport;

  beforeEach(() => {
    [events, lines, refusals] = [[], [], 0];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    report = new KeeperReport(log, "pepr-gmsa-tls", event => {
      if (refusals-- > 0) return Promise.reject(new Error("etcd is away"));
      events.push(event);
      return Promise.resolve();
    });
  });

  async function gauge(): Promise<number | undefined> {
    return (await report.metrics.stopped.get()).values[0]?.value;
  }

  const reported = (text: string): number => lines.filter(line => line.includes(text)).length;

  test.each([
    ["rotations", OFTEN, /it was rotated 6 times within an hour, and 6 is the limit.*T00:00:00/],
    ["trusted CAs", MANY, /the webhooks trust 8 CAs, and 8 is the limit.*gmsa certs status/],
  ])("by the number of %s is in the log, an Event and the metric", async (_what, stopped, says) => {
    await report.stopped(stopped);
    expect(events).toEqual([
      {
        about: { apiVersion: "v1", kind: "Secret", name: "pepr-gmsa-tls" },
        ...{ component: "pepr-gmsa-certificates", type: "Warning", reason: "RotationStopped" },
        message: expect.stringMatching(says) as string,
      },
    ]);
    expect(events[0]?.message).toContain("Due because: requested (again)");
    expect(reported("Rotation is stopped")).toBe(1);
    expect(await gauge()).toBe(1);
    await report.stopped(undefined);
    expect(await gauge()).toBe(0);
    expect(reported("Rotation is no longer stopped")).toBe(1);
  });

  test("is reported once, and again for the other limit and after an end", async () => {
    for (const stopped of [OFTEN, OFTEN, MANY, MANY, undefined, undefined, MANY]) {
      await report.stopped(stopped);
    }
    expect(events).toHaveLength(3);
    expect(reported("Rotation is stopped")).toBe(3);
  });

  test("gets its Event with a later step if the API server did not store it", async () => {
    refusals = 2;
    for (let step = 0; step < 4; step++) await report.stopped(OFTEN);
    expect(events).toHaveLength(1);
    // It is logged once, whatever happens to the Event.
    expect(reported("Rotation is stopped")).toBe(1);
    expect(reported("The Event could not be written")).toBe(1);
    expect(await gauge()).toBe(1);
  });
});
