/** Waits that end: at a limit, or when the run is interrupted. */
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds before the second look, doubled each time, up to the longest. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** The run was interrupted, by Ctrl-C for example. */
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
 * What a look shows once it is good; the last one at the limit.
 *
 * @param limitMs milliseconds.
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

/** @throws Interrupted, although the call goes on. */
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
