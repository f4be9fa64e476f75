/** Runs the built command line tool as its users do. */
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";

/** What was built by `npm run prepare`. */
export const GMSA = join(__dirname, "../../dist/cli/gmsa.cjs");

/** What a run of it came to. */
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

/** Runs it without a terminal, and as on a CI system, where libraries would colour what is piped. */
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
    // It may end without having read all of it.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
    child.on("error", reject);
    child.on("close", code => {
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

/** A run that goes on until it is interrupted. */
export interface RunningGmsa {
  /** Waits until this is printed on stdout. */
  reads(text: RegExp): Promise<void>;
  /** As Ctrl-C does. @returns the signal that ended it. */
  interrupt(): Promise<NodeJS.Signals | null>;
}

/** Starts what does not end by itself; the test's own limit is that of each wait. */
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
