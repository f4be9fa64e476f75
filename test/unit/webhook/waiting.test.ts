import { LONG_WAIT_MS, Waiting } from "../../../webhook/waiting";

test("a wait is reported at once, after ten seconds, and then once a minute", () => {
  const waiting = new Waiting(5000);
  const reported: number[] = [];
  for (let second = 0; second <= 140; second++) {
    const seconds = waiting.failed("no CRD", 5000 + second * 1000);
    if (seconds !== undefined) reported.push(seconds);
  }
  expect(reported).toEqual([0, 10, 70, 130]);
});

test("another reason is reported when it appears, so that the last line shows what is missing now", () => {
  const waiting = new Waiting(0);
  expect(waiting.failed("not reached", 0)).toBe(0);
  expect(waiting.failed("not reached", 2000)).toBeUndefined();
  expect(waiting.failed("no CRD", 3000)).toBe(3);
  expect(waiting.failed("no CRD", LONG_WAIT_MS - 1)).toBeUndefined();
  expect(waiting.failed("no CRD", LONG_WAIT_MS)).toBe(10);
});
