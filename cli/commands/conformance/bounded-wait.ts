/** Waits that end at a limit, or when the run is interrupted. */
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds before the second call. Each pause is twice the previous one, up to the longest. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** The run was interrupted, for example by Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** @throws Interrupted */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new Interrupted();
  }
}

/**
 * Repeats `look` until the state is good or the limit is reached.
 *
 * @param limitMs milliseconds.
 * @returns the last state.
 * @throws Interrupted
 */
export async function until<State>(
  look: () => Promise<State>,
  isGood: (state: State) => boolean,
  { limitMs, signal }: { limitMs: number; signal: AbortSignal },
): Promise<State> {
  const end = performance.now() + limitMs;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    const left = end - performance.now();
    const state = await unlessInterrupted(look(), signal);
    if (left <= 0 || isGood(state)) return state;
    await pause(Math.max(0, Math.min(wait, end - performance.now())), signal);
  }
}

/** @throws Interrupted on a signal. The call itself is not cancelled. */
export function unlessInterrupted<Result>(
  call: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const interrupt = (): void => {
      reject(new Interrupted());
    };
    if (signal.aborted) interrupt();
    signal.addEventListener("abort", interrupt, { once: true });
    call.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", interrupt);
    });
  });
}
