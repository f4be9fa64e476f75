import { memoryChart } from "../../../../../tools/bench/scale/memory-chart";
import {
  countOutcomes,
  partsIn,
  speedIn,
  type RunResult,
} from "../../../../../tools/bench/scale/run-result";
import type { Answer } from "../../../../../tools/bench/scale/verdict";

const SPAN = { start: 10_000, end: 20_000 };

/** A hundred Pods per second, from 9 s to 21 s, that take 10 ms each; every tenth takes 200 ms. */
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
  it("is that of the answers within it; failures do not count", () => {
    expect(speedIn([...answers, failed], SPAN)).toEqual({
      pods: 1000,
      podsPerSecond: 100,
      p50: 10,
      p99: 200,
      slowest: 200,
    });
  });

  it("is reported for each tenth, and a tenth without answers is visible", () => {
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

describe("the chart of memory", () => {
  const MIB = 1024 * 1024;

  function runOf(...memory: [seconds: number, controllers: number[]][]): RunResult {
    return {
      replicas: memory[0]?.[1].length,
      speed: speedIn(answers, SPAN),
      memory: memory.map(([seconds, controllers]) => ({ seconds, controllers, apiServer: 0 })),
    } as RunResult;
  }

  /** Number of points of each line with this colour. */
  function linesIn(svg: string, color: string): number[] {
    const lines = svg.matchAll(new RegExp(`<path d="([^"]*)"[^>]* stroke="${color}"`, "g"));
    return [...lines].map(([, path = ""]) => path.split(/[ML]/).length - 1);
  }

  test("has a line for each replica, and leaves out moments without a process", () => {
    const svg = memoryChart([
      runOf([0, [150 * MIB, 50 * MIB]], [5, [100 * MIB, Number.NaN]], [10, [150 * MIB, 100 * MIB]]),
    ]);
    expect(svg).toContain(">2 replicas, 100 Pods/s</text>");
    expect(svg).toContain(">replica 2</text>");
    expect(svg).not.toContain("NaN");
    expect(linesIn(svg, "#3274d9")).toEqual([3]);
    expect(linesIn(svg, "#e0752d")).toEqual([2]);
  });

  test("has the same axes for all runs", () => {
    const svg = memoryChart([runOf([0, [90 * MIB]], [20, [90 * MIB]]), runOf([10, [180 * MIB]])]);
    for (const label of ["00:00:00", "00:00:20", "200 MiB", "50 MiB"]) {
      expect(svg.split(`>${label}</text>`)).toHaveLength(3);
    }
  });
});
