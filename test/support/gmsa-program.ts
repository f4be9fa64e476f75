/** Runs the built command line tool as users do. */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";

/** The output of `npm run prepare`. */
export const GMSA = join(__dirname, "../../dist/cli/gmsa.cjs");

/** The result of running it. */
export interface GmsaResult {
  /** Exit code; -1 if a signal ended it. */
  code: number;
  stdout: string;
  stderr: string;
}

/** How to run it. */
export interface GmsaOptions {
  cwd?: string;
  stdin?: string | Uint8Array;
  env?: NodeJS.ProcessEnv;
}

/** Runs it without a terminal, and as on a CI system, where libraries might colour piped output. */
export function gmsa(
  args: readonly string[],
  { cwd, stdin = "", env = {} }: GmsaOptions = {},
): Promise<GmsaResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [GMSA, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, CI: "true", ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // The program may exit before it has read all of its input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
    child.on("error", reject);
    child.on("close", code => {
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

/** A run that continues until it is interrupted. */
export interface RunningGmsa {
  /** Waits until stdout contains this. */
  reads(text: RegExp): Promise<void>;
  /** Interrupts it as Ctrl-C does. @returns the signal that ended it. */
  interrupt(): Promise<NodeJS.Signals | null>;
}

/** Starts a run that does not end on its own. The waits have no timeout besides the test's own. */
export function watchGmsa(args: readonly string[], env: NodeJS.ProcessEnv): RunningGmsa {
  const child = spawn(process.execPath, [GMSA, ...args], {
    env: { ...process.env, CI: "true", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let stdout = "";
  const more = new EventEmitter();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    more.emit("text");
  });
  return {
    reads: async text => {
      while (!text.test(stdout)) {
        await Promise.race([once(more, "text"), ended]);
        if (child.exitCode !== null) throw new Error(`it ended after it printed: ${stdout}`);
      }
    },
    interrupt: async () => {
      child.kill("SIGINT");
      const [, signal] = await ended;
      return signal;
    },
  };
}
