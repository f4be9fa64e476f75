import { setTimeout as sleep } from "node:timers/promises";

import { withDeadline } from "../../../kube/deadline";

test("an answer in time is given", async () => {
  expect(await withDeadline(1000, Promise.resolve("answer"))).toBe("answer");
});

test("an answer that is late is not waited for, nor is a late failure anybody's", async () => {
  const start = performance.now();
  const late: Promise<string> = sleep(100).then(() => Promise.reject(new Error("late")));
  expect(await withDeadline(20, late)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(90);
  await expect(late).rejects.toThrow("late");
});

test("a failure in time is the caller's", async () => {
  await expect(withDeadline(1000, Promise.reject(new Error("failed")))).rejects.toThrow("failed");
});
