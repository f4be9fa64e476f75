import { memoryChart } from "../../../tools/scale/memory-chart";
import { countOutcomes, partsIn, speedIn, type RunResult } from "../../../tools/scale/result";
import type { Answer } from "../../../tools/scale/verdict";

const SPAN = { start: 10_000, end: 20_000 };

/** A hundred Pods a second, from 9 s to 21 s, that take 10 ms each; every tenth takes 200 ms. */
const answers: Answer[] = Array.from({ length: 1200 }, (_, index) => {
  const end = 9000 + 10 * index;
  const start = end - (index % 10 === 0 ? 200 : 10);
  return { credspec: 0, account: 0, start, end, outcome: { kind: "admitted", version: 1 } };
});

const failed: Answer = {
  credspec: 0,
  account: 0,
  start: 12_000,
  end: 19_000,
  outcome: { kind: "failed", why: "HTTP 500" },
};

describe("the speed of a run", () => {
  it("is that of the answers that came within it; what failed is none", () => {
    expect(speedIn([...answers, failed], SPAN)).toEqual({
      pods: 1000,
      podsPerSecond: 100,
      p50: 10,
      p99: 200,
      slowest: 200,
    });
  });

  it("is told for each tenth, and a tenth without answers shows", () => {
    const late = answers.filter(({ end }) => end >= 11_000);
    const parts = partsIn(late, SPAN);
    expect(parts.map(({ pods }) => pods)).toEqual([0, ...Array<number>(9).fill(100)]);
  });
});

test("outcomes are counted by their reason", () => {
  const refused: Answer = { ...failed, outcome: { kind: "refused", reason: "not authorized" } };
  expect(countOutcomes([...answers, failed, refused])).toEqual({
    admitted: 1200,
    failed: 1,
    "not authorized": 1,
  });
});

test("the chart has a line for each replica, and leaves out moments without a process", () => {
  const sample = (seconds: number, controllers: number[]): RunResult["memory"][number] => ({
    seconds,
    controllers,
    apiServer: 0,
  });
  const MIB = 1024 * 1024;
  const run = {
    replicas: 2,
    speed: speedIn(answers, SPAN),
    memory: [sample(0, [100 * MIB, 50 * MIB]), sample(10, [200 * MIB, Number.NaN])],
  } as RunResult;
  const svg = memoryChart([run]);
  expect(svg).toContain("2 replicas, 100 Pods/s");
  expect([...svg.matchAll(/points="([^"]*)"/g)].map(([, points]) => points)).toEqual([
    "56.0,113.0 744.0,34.0",
    "56.0,152.5",
  ]);
});
