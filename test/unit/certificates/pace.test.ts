import { Pace, type Outcome } from "../../../certificates/pace";

const POLL_MS = 5000;

function waits(outcomes: readonly Outcome[], everyMs = 0): number[] {
  let now = 0;
  const pace = new Pace(POLL_MS, () => now);
  return outcomes.map(outcome => {
    const wait = pace.after(outcome);
    now += wait + everyMs;
    return wait;
  });
}

const times = (count: number, outcome: Outcome): Outcome[] =>
  Array.from({ length: count }, () => outcome);

describe("when the keeper looks again", () => {
  test("is after a few seconds while there is nothing to do", () => {
    expect(waits(times(50, "quiet"))).toEqual(times(50, "quiet").map(() => POLL_MS));
  });

  test("is at once after a change, as often as a rotation needs", () => {
    expect(waits(["changed", "changed", "changed", "quiet"])).toEqual([0, 0, 0, POLL_MS]);
  });

  test.each([
    ["unchanged", [5000, 10_000, 20_000, 40_000, 60_000, 60_000]],
    ["failed", [5000, 10_000, 20_000, 20_000, 20_000, 20_000]],
  ] as const)("is later each time after a step that %s", (outcome, due) => {
    expect(waits([...times(6, outcome), "quiet", outcome])).toEqual([...due, 5000, 5000]);
  });

  test("is delayed more each time where somebody undoes every change at once", () => {
    const seen = waits(times(1000, "changed"));
    expect(seen.slice(0, 14)).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 5000, 10_000, 20_000, 40_000, 60_000, 60_000,
    ]);
    // Ten minutes later the first calls no longer count, and the rate stays the same.
    const hour = seen.slice(20, 80).reduce((sum, wait) => sum + wait, 0);
    expect(hour).toBeGreaterThan(60 * 20_000);
  });

  test("is at once again when the last changes are long ago", () => {
    expect(waits(times(20, "changed"), 600_000)).toEqual(times(20, "changed").map(() => 0));
  });
});
