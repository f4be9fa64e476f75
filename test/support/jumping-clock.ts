import type { Clock } from "../../cli/api/clock";

/** A clock that jumps, and remembers by how much. */
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
