import type { Clock } from "../../cli/api/clock";

/** A clock that jumps ahead instead of waiting, and records each pause. */
export function jumpingClock(): Clock & { pauses: number[] } {
  let time = 5000;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => time,
    sleep: milliseconds => {
      pauses.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
  };
}
