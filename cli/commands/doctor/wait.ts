/** Repeats a check until it passes or the time is over. */
import { REAL_CLOCK, type Clock } from "../../api/clock";

/** Milliseconds before the second attempt. Each pause is twice the previous one, up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

/** How long to repeat, and when to stop. */
export interface Waiting<State> {
  /** Milliseconds until the last state counts; 0 for a single attempt. */
  limitMs: number;
  isWell: (state: State) => boolean;
}

/**
 * Repeats `look` until the state is good or the time is over. A failure is repeated as well, because the API
 * server may be restarting.
 *
 * @returns the last state.
 * @throws the error of the last attempt.
 */
export async function untilWell<State>(
  look: () => Promise<State>,
  { limitMs, isWell }: Waiting<State>,
  clock: Clock = REAL_CLOCK,
): Promise<State> {
  const end = clock.now() + limitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const left = end - clock.now();
    try {
      const state = await look();
      if (left <= 0 || isWell(state)) return state;
    } catch (error) {
      if (left <= 0) throw error;
    }
    // Shorten the last pause, so that the last attempt is exactly at the end.
    await clock.sleep(Math.max(0, Math.min(pause, end - clock.now())));
  }
}
