import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until a value is as expected, and returns it.
 *
 * @param withinMs milliseconds after which it fails and shows the last value.
 */
export async function eventually<Value>(
  read: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
  withinMs = 45_000,
): Promise<Value> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isWanted(value)) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${withinMs} ms; the last value was ${JSON.stringify(value)}`);
    }
    await sleep(100);
  }
}
