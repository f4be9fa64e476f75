import { changeFigures, isGood, type RunResult } from "../../../../../tools/bench/scale/run-result";
import { speedIn } from "../../../../../tools/bench/scale/run-result";
import {
  courseTable,
  cpuTable,
  speedTable,
  troubleList,
  verdictTable,
} from "../../../../../tools/bench/scale/scale-report";
import type { Answer } from "../../../../../tools/bench/scale/verdict";

const SPAN = { start: 0, end: 10_000 };
const ANSWER: Answer = {
  ...{ credspec: 0, account: 0, start: 10, end: 20 },
  outcome: { kind: "admitted", version: 1 },
};

/** The result of a run in which these answers arrived. */
function runWith(answers: readonly Answer[], fields: Partial<RunResult> = {}): RunResult {
  return {
    replicas: 1,
    direct: true,
    speed: speedIn(answers, SPAN),
    parts: [speedIn(answers, SPAN)],
    outcomes: {},
    wall: 10,
    changes: changeFigures({ grants: 0, credspecs: 0, lost: [], lags: [] }, 0),
    verdicts: {
      ...{ right: 1, overtaken: 0, wrong: 0, failed: 0 },
      ...{ nearChanges: 0, fromBefore: 0, oldest: 0, complaints: [] },
    },
    memory: [],
    troubles: [],
    ...fields,
  };
}

describe("the report of a run in which no Pod was answered", () => {
  const run = runWith([]);

  it("has no figure that is not a number", () => {
    const text = [speedTable, verdictTable, cpuTable].map(table => table([run])).join("\n");
    expect(`${text}\n${courseTable(run)}`).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it("shows it, and the run is not a good one", () => {
    expect(troubleList([run])).toBe("- replicas 1: no Pod was answered");
    expect(isGood(run)).toBe(false);
  });
});

describe("the report of a run that lost something", () => {
  const lost = ["POST /bindings: read ECONNRESET", "PATCH /x: no answer within 60 s"];
  const run = runWith([ANSWER], {
    changes: changeFigures({ grants: 5, credspecs: 6, lost, lags: [3, 1] }, 17),
    troubles: ["the load ended before its time"],
  });

  it("has the number of changes lost and of requests repeated", () => {
    expect(run.changes).toMatchObject({ lost: 2, repeated: 17, lagP50: 1, lagMost: 3 });
    const [, , row = ""] = verdictTable([run]).split("\n");
    expect(row.split("|").map(cell => cell.trim())).toEqual(expect.arrayContaining(["2", "17"]));
  });

  it("has the reasons", () => {
    expect(troubleList([run]).split("\n")).toEqual([
      "- replicas 1: the load ended before its time",
      ...lost.map(why => `- replicas 1: a change was lost: ${why}`),
    ]);
  });

  it.each<[string, Partial<RunResult>]>([
    ["a lost change", { changes: run.changes }],
    ["trouble", { troubles: run.troubles }],
  ])("is not a good one because of %s", (_what, fields) => {
    expect(isGood(runWith([ANSWER]))).toBe(true);
    expect(isGood(runWith([ANSWER], fields))).toBe(false);
  });
});
