import { withDeadline } from "../../../kube/deadline";

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test("an answer in time is given", async () => {
  expect(await withDeadline(1000, Promise.resolve("answer"))).toBe("answer");
  expect(jest.getTimerCount()).toBe(0);
});

test("a late answer is not waited for, and a late failure is ignored", async () => {
  const start = performance.now();
  const late = new Promise<string>((_resolve, reject) => {
    setTimeout(reject, 100, new Error("late"));
  });
  const answer = withDeadline(20, late);
  await jest.advanceTimersByTimeAsync(20);
  expect(await answer).toBeUndefined();
  expect(performance.now() - start).toBe(20);
  await Promise.all([expect(late).rejects.toThrow("late"), jest.advanceTimersByTimeAsync(80)]);
});

test("a failure in time is passed to the caller", async () => {
  await expect(withDeadline(1000, Promise.reject(new Error("failed")))).rejects.toThrow("failed");
});
