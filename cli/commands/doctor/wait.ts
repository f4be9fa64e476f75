/** Looks again and again, until all is well or a time is over. */
import { REAL_CLOCK, type Clock } from "../../api/clock";

/** Milliseconds before the second look, doubled each time, up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

/** How long to go on, and when there is no need to. */
export interface Waiting<State> {
  /** After which the last state counts; 0 to look once. */
  limitMs: number;
  isWell: (state: State) => boolean;
}

/**
 * The state, once it is well; the last one when the time is over. A look that fails is repeated as
 * well: an API server that is being restarted is what one waits for.
 *
 * @throws what the last look threw.
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
    // The last look is at the end, and not before.
    await clock.sleep(Math.max(0, Math.min(pause, end - clock.now())));
  }
}
