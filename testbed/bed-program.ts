/** Shared parts of the programs that start a bed: progress, signals, option values. */
import { InvalidArgumentError } from "commander";

import type { Log } from "./process/log";
import { MissingPrerequisite, errorText } from "./process/log";

/** Progress goes to stderr, results to stdout. */
export function progressOf(name: string): Log {
  return line => {
    process.stderr.write(`${name}: ${line}\n`);
  };
}

/** Runs `main` until it ends; a signal aborts it. The exit code is 1 if it throws. */
export function runProgram(main: (signal: AbortSignal) => Promise<void>, log: Log): void {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // A signal can arrive twice: npm and tsx may forward a Ctrl-C that the terminal has also sent
    // here.
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      log(`${signal}: cleaning up, which takes a few seconds`);
      stop.abort();
    });
  }
  main(stop.signal).catch((error: unknown) => {
    // After a signal, any failure is a consequence of stopping.
    log(stop.signal.aborted ? "stopped" : explain(error));
    process.exitCode = 1;
  });
}

function explain(error: unknown): string {
  const expected = error instanceof MissingPrerequisite || !(error instanceof Error);
  return expected ? errorText(error) : (error.stack ?? error.message);
}

/** @throws InvalidArgumentError unless it is a number greater than 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be greater than 0.");
  return value;
}

/** @throws InvalidArgumentError unless it is a whole number greater than 0. */
export function wholeNumber(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

/** @throws InvalidArgumentError unless they are whole numbers greater than 0, separated by commas. */
export function wholeNumbers(text: string): number[] {
  return text.split(",").map(wholeNumber);
}
