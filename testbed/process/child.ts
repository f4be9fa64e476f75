import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { sleep } from "./log";
import { forgetGroup, watchGroup } from "./watchdog";

/** What to run and where its output goes. */
export interface ChildSpec {
  /** Name for messages. */
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Both output streams are appended here. */
  logFile: string;
}

/** A process that the test bed started, leader of its own process group. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves with a text such as "exit code 1" or "signal SIGKILL" when the leader has ended. */
  readonly exited: Promise<string>;
  readonly running: boolean;
  /** The last `lines` lines of its output. */
  tail(lines?: number): string;
  /** Sends `signal` to the whole group; false if the group has no processes. */
  signal(signal: NodeJS.Signals): boolean;
  /**
   * Sends SIGTERM to the group, then SIGKILL after `graceMs` (0: at once), and waits until it has
   * ended.
   */
  stop(graceMs?: number): Promise<void>;
}

/** The last `lines` lines of a file; empty if it does not exist. */
export function tailOf(file: string, lines = 20): string {
  if (!existsSync(file)) return "";
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

async function groupGone(pid: number, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (signalGroup(pid, 0)) {
    if (Date.now() >= end) return false;
    await sleep(15);
  }
  return true;
}

function spawned(child: ChildProcess, spec: ChildSpec): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", error => {
      reject(new Error(`${spec.name} cannot be started: ${error.message}`, { cause: error }));
    });
    child.once("spawn", () => {
      if (child.pid !== undefined) resolve(child.pid);
    });
  });
}

/**
 * Starts a process in its own group, so that the whole group can be signalled and Ctrl-C in the
 * terminal reaches only this process. When the leader exits, the rest of the group is killed, as a
 * container ends with its first process.
 * @throws if the command cannot be run
 */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const output = openSync(spec.logFile, "a", 0o600);
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  if (child.pid !== undefined) watchGroup(child.pid);
  let running = true;
  let stopping = false;
  // Once the group has ended, another process may get its id.
  let gone = false;
  const exited = new Promise<string>(resolve => {
    child.once("exit", (code, signal) => {
      running = false;
      resolve(signal ? `signal ${signal}` : `exit code ${String(code)}`);
    });
  });
  const pid = await spawned(child, spec);
  void exited.then(() => {
    if (stopping) return;
    signalGroup(pid, "SIGKILL");
    gone = true;
    forgetGroup(pid);
  });

  async function stop(graceMs = 5000): Promise<void> {
    if (gone) return;
    stopping = true;
    if (graceMs > 0) signalGroup(pid, "SIGTERM");
    // A stopped process handles only SIGKILL until it continues.
    signalGroup(pid, "SIGCONT");
    if (!(await groupGone(pid, graceMs))) {
      signalGroup(pid, "SIGKILL");
      await groupGone(pid, 5000);
    }
    gone = true;
    forgetGroup(pid);
    await exited;
  }

  return {
    name: spec.name,
    pid,
    exited,
    get running() {
      return running;
    },
    tail: lines => tailOf(spec.logFile, lines),
    signal: signal => !gone && signalGroup(pid, signal),
    stop,
  };
}
