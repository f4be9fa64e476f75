/** Looks again and again, and shows what has changed. */
import { REAL_CLOCK, type Clock } from "../../api/clock";
import { Failure } from "../../terminal/failure";

/** Milliseconds between two looks that were answered. */
const INTERVAL_MS = 5000;
/** After one that was not, the first pause, doubled each time up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Without any answer for so long, it is over. */
const PATIENCE_MS = 300_000;

export interface Watching<State> {
  look: () => Promise<State>;
  /** Called for the first state, and for each that differs from the one before. */
  show: (state: State) => Promise<void>;
  /** Called once when the answers stop, and why; what follows is shown again only if it differs. */
  lost: (failure: Failure) => void;
}

/**
 * Ends by an error only: the user interrupts it.
 *
 * @throws what the first look throws, and the last of many that fail; a bug at once.
 */
export async function watch<State>(
  { look, show, lost }: Watching<State>,
  clock: Clock = REAL_CLOCK,
): Promise<never> {
  let shown = await look();
  await show(shown);
  let answered = clock.now();
  let pause = INTERVAL_MS;
  for (;;) {
    await clock.sleep(pause);
    try {
      const state = await look();
      answered = clock.now();
      pause = INTERVAL_MS;
      if (JSON.stringify(state) !== JSON.stringify(shown)) await show(state);
      shown = state;
    } catch (error) {
      if (!(error instanceof Failure) || clock.now() - answered >= PATIENCE_MS) throw error;
      if (pause === INTERVAL_MS) lost(error);
      pause = pause === INTERVAL_MS ? FIRST_PAUSE_MS : Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }
}
