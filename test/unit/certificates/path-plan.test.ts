import { planPath, type PathState } from "../../../certificates/path-plan";

const DAY_MS = 86_400_000;
const NOW = new Date("2026-11-28T12:00:00Z");
const HEX = /^[0-9a-f]{64}$/;

function state(change: Partial<PathState> = {}): PathState {
  const since = new Date(NOW.getTime() - DAY_MS / 2);
  return { called: "a", next: "", previous: "", since, renew: "", renewed: "", ...change };
}

/** The result of a step, without the random path. */
function plan(change: Partial<PathState>, now = NOW): ReturnType<typeof planPath> {
  return planPath(state(change), now, DAY_MS);
}

describe("the webhooks' path", () => {
  test("stays for a day", () => {
    expect(plan({})).toEqual({ do: "nothing" });
    const since = new Date(NOW.getTime() - DAY_MS);
    expect(plan({ since })).toMatchObject({
      do: "announce",
      state: { called: "a", next: expect.stringMatching(HEX) as string, previous: "", since },
      why: "called since 2026-11-27T12:00:00.000Z",
    });
  });

  test("is answered before and after it is called: two paths at any time, and one change at a time", () => {
    const made = plan({ since: new Date(0) });
    if (made.do !== "announce") throw new Error(made.do);
    const next = made.state;
    expect(plan(next)).toEqual({
      do: "call next",
      state: { ...next, called: next.next, next: "", previous: "a", since: NOW },
    });
    const called = state({ called: "b", previous: "a", since: NOW });
    expect(plan(called)).toEqual({ do: "drop previous", state: { ...called, previous: "" } });
    expect(plan({ ...called, previous: "" })).toEqual({ do: "nothing" });
  });

  test("is replaced once for each request, and not for a removed annotation", () => {
    expect(plan({ renew: "1" })).toMatchObject({
      do: "announce",
      state: { renew: "1", renewed: "1" },
      why: "requested (1)",
    });
    expect(plan({ renew: "1", renewed: "1" })).toEqual({ do: "nothing" });
    expect(plan({ renew: "", renewed: "1" })).toEqual({ do: "nothing" });
    expect(plan({ renew: "2", renewed: "1", previous: "z" })).toMatchObject({
      do: "drop previous",
    });
  });

  test("is replaced when its age is unknown, or its date is far in the future", () => {
    expect(plan({ since: undefined })).toMatchObject({ do: "announce" });
    expect(plan({ since: new Date(NOW.getTime() + 10 * DAY_MS) })).toMatchObject({
      do: "announce",
    });
  });

  test("is created by the first certificate step where there is none", () => {
    expect(plan({ called: "", renew: "1", since: undefined })).toEqual({ do: "nothing" });
  });

  test("is stable after three steps, whatever a user has written there", () => {
    const texts = ["", "a", "b"];
    const dates = [undefined, NOW, new Date(0)];
    let states = 0;
    for (const called of texts)
      for (const next of texts)
        for (const previous of texts)
          for (const renew of texts)
            for (const renewed of texts)
              for (const since of dates) {
                states++;
                const left = stepsToRest({ called, next, previous, renew, renewed, since });
                // One rotation may be in progress, and another one due after it.
                expect(left).toBeLessThanOrEqual(6);
              }
    expect(states).toBe(729);
  });
});

function stepsToRest(from: PathState): number {
  let current = from;
  for (let steps = 0; ; steps++) {
    const step = planPath(current, NOW, DAY_MS);
    if (step.do === "nothing" || steps > 20) return steps;
    current = step.state;
  }
}
