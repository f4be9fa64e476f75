/** What the benchmarks have in common as programs. */
import { errorText, type Log } from "./process/log";
import { MissingPrerequisite } from "../test/cluster/missing-prerequisite";
import { build } from "../tools/build/build";

/** Progress goes to stderr, results to stdout. */
export function progressOf(name: string): Log {
  return line => {
    process.stderr.write(`${name}: ${line}\n`);
  };
}

/** Builds the module; the path of the installation's YAML. */
export async function builtManifest(log: Log): Promise<string> {
  log("building the module");
  return (await build()).manifest;
}

/** Runs it until it ends or a signal comes; the exit code is 1 then, and if it throws. */
export function runProgram(main: (signal: AbortSignal) => Promise<void>, log: Log): void {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // More than once: npm and tsx may hand on a Ctrl-C that the terminal has sent here itself.
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      log(`${signal}: cleaning up, which takes some seconds`);
      stop.abort();
    });
  }
  main(stop.signal).catch((error: unknown) => {
    // Whatever failed after a signal failed because of it.
    log(stop.signal.aborted ? "stopped" : explain(error));
    process.exitCode = 1;
  });
}

function explain(error: unknown): string {
  const expected = error instanceof MissingPrerequisite || !(error instanceof Error);
  return expected ? errorText(error) : (error.stack ?? error.message);
}
