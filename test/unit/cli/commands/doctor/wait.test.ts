import { untilWell } from "../../../../../cli/commands/doctor/wait";
import { jumpingClock } from "../../../../support/jumping-clock";

function looks(...states: (string | Error)[]): {
  look: () => Promise<string>;
  count: () => number;
} {
  let count = 0;
  return {
    count: () => count,
    look: () => {
      const state = states[Math.min(count++, states.length - 1)] ?? "";
      return state instanceof Error ? Promise.reject(state) : Promise.resolve(state);
    },
  };
}

const isWell = (state: string): boolean => state === "well";

test("without a time it looks once", async () => {
  const { look, count } = looks("ill", "well");
  expect(await untilWell(look, { limitMs: 0, isWell }, jumpingClock())).toBe("ill");
  expect(count()).toBe(1);
});

test("it ends as soon as all is well", async () => {
  const { look, count } = looks("ill", new Error("away"), "well");
  const time = jumpingClock();
  expect(await untilWell(look, { limitMs: 120_000, isWell }, time)).toBe("well");
  expect(count()).toBe(3);
  expect(time.pauses).toEqual([1000, 2000]);
});

test("it waits longer and longer, looks once more at the end, and returns the last state", async () => {
  const { look } = looks("ill", "ill", "worse");
  const time = jumpingClock();
  expect(await untilWell(look, { limitMs: 60_000, isWell }, time)).toBe("worse");
  expect(time.pauses).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test("it throws the error of the last attempt, but not before the time is over", async () => {
  const { look, count } = looks("ill", new Error("away"));
  const time = jumpingClock();
  await expect(untilWell(look, { limitMs: 5000, isWell }, time)).rejects.toThrow("away");
  expect(time.pauses).toEqual([1000, 2000, 2000]);
  expect(count()).toBe(4);
});
