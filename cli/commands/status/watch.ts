/** Reads the status repeatedly, and shows changes. */
import { REAL_CLOCK, type Clock } from "../../api/clock";
import { Failure } from "../../terminal/failure";

/** Milliseconds after a successful read. */
const INTERVAL_MS = 5000;
/** Milliseconds after the first failed read. Each pause is twice the previous one, up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Milliseconds without a successful read until it gives up. */
const PATIENCE_MS = 300_000;

export interface Watching<State> {
  look: () => Promise<State>;
  /** Called with the first state, and with each state that differs from the previous one. */
  show: (state: State) => Promise<void>;
  /** Called with the reason for the first failure in a row. A later state is shown only if it differs. */
  lost: (failure: Failure) => void;
}

/**
 * Never returns: the user interrupts it.
 *
 * @throws the error of the first read, the last error when it gives up, or a bug immediately.
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
