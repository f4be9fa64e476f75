import { LargeReviews, TURN_DEADLINE_MS } from "../../../webhook/large-reviews";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("two have their turn at a time, and the next one follows in order", async () => {
  const turns = new LargeReviews();
  const end = await turns.turn();
  await turns.turn();
  const order: string[] = [];
  const third = turns.turn().then(next => {
    order.push("third");
    return next;
  });
  void turns.turn().then(() => order.push("fourth"));
  end?.();
  end?.();
  (await third)?.();
  await jest.advanceTimersByTimeAsync(0);
  expect(order).toEqual(["third", "fourth"]);
});

test("a request that has waited too long gets no turn, and takes none from others", async () => {
  const turns = new LargeReviews();
  const end = await turns.turn();
  await turns.turn();
  const late = turns.turn();
  await jest.advanceTimersByTimeAsync(TURN_DEADLINE_MS);
  expect(await late).toBeUndefined();
  end?.();
  expect(await turns.turn()).toBeDefined();
});
