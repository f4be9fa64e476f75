import { watch } from "../../../../../cli/commands/status/watch";
import { Failure } from "../../../../../cli/terminal/failure";
import { jumpingClock } from "../../../../support/jumping-clock";

const AWAY = new Failure("the server refused the connection");

/** The output for successive states; the last one stays. */
async function watched(
  ...seen: (string | Error)[]
): Promise<{ shown: string[]; lost: string[]; pauses: number[]; end: unknown }> {
  const [shown, lost, time] = [[] as string[], [] as string[], jumpingClock()];
  let looks = 0;
  const end: unknown = await watch(
    {
      look: () => {
        const state = seen[Math.min(looks++, seen.length - 1)] ?? "";
        return state instanceof Error ? Promise.reject(state) : Promise.resolve({ state });
      },
      show: ({ state }) => {
        shown.push(state);
        return Promise.resolve();
      },
      lost: ({ message }) => lost.push(message),
    },
    time,
  ).catch((error: unknown) => error);
  return { shown, lost, pauses: time.pauses, end };
}

test("shows the first state, and each that differs from the one before", async () => {
  const { shown, pauses } = await watched("a", "a", "b", "b", "a", new TypeError("bug"));
  expect(shown).toEqual(["a", "b", "a"]);
  expect(pauses).toEqual([5000, 5000, 5000, 5000, 5000]);
});

test("a bug ends it at once, and so does a first look that fails", async () => {
  const bug = new TypeError("bug");
  expect((await watched("a", bug)).end).toBe(bug);
  expect(await watched(AWAY)).toEqual({ shown: [], lost: [], pauses: [], end: AWAY });
});

test("a server that comes back is polled as before; an unchanged state is not shown again", async () => {
  const { shown, lost, pauses } = await watched("a", AWAY, AWAY, "a", "b", AWAY, new TypeError());
  expect(shown).toEqual(["a", "b"]);
  expect(lost).toEqual([AWAY.message, AWAY.message]);
  expect(pauses).toEqual([5000, 1000, 2000, 5000, 5000, 1000]);
});

test("a server that stays away is polled at growing intervals, until five minutes are over", async () => {
  const { lost, pauses, end } = await watched("a", AWAY);
  expect(end).toBe(AWAY);
  expect(lost).toEqual([AWAY.message]);
  expect(pauses.slice(0, 7)).toEqual([5000, 1000, 2000, 4000, 8000, 16_000, 30_000]);
  const total = pauses.reduce((sum, pause) => sum + pause);
  expect(total).toBeGreaterThanOrEqual(300_000);
  expect(total).toBeLessThan(330_000);
});
