import { setTimeout as sleep } from "node:timers/promises";

/** A clock that can also wait. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

export const REAL_CLOCK: Clock = { now: () => performance.now(), sleep };
