import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startChild, type Child } from "../process/child";
import { sleep } from "../process/log";
import type { NodePrograms } from "./prerequisites";

/** The result of a command. */
export interface ExecResult {
  stdout: string;
  stderr: string;
  /** Exit code; -1 if a signal ended it. */
  code: number;
}

/**
 * Runs a command in a node's namespaces until it exits; throws with its stderr unless it exits with
 * 0.
 */
export type Exec = (
  command: readonly string[],
  options?: { allowFailure?: boolean },
) => Promise<ExecResult>;

/** A network, a mount and a process namespace. */
export interface Namespaces {
  /** The outer process id of their process 1: all their processes end with it. */
  readonly pid: number;
  readonly exec: Exec;
  /** Starts a long-running program in them, with its output in `<name>.log`. */
  start(name: string, command: readonly string[]): Promise<Child>;
  /** Kills all their processes and waits until they have ended. Idempotent. */
  stop(): Promise<void>;
}

const startTimeoutMs = 10_000;
const LARGEST_OUTPUT = 64 * 1024 * 1024;

async function pidFrom(file: string, init: Child): Promise<number> {
  const end = Date.now() + startTimeoutMs;
  while (!existsSync(file)) {
    if (!init.running || Date.now() > end) {
      throw new Error(`the namespaces cannot be prepared:\n${init.tail()}`);
    }
    await sleep(10);
  }
  return Number(readFileSync(file, "utf8"));
}

/**
 * Creates the namespaces.
 * @param dir the node's folder, for the output of the programs in them
 * @throws with the output of the program that failed; nothing is left behind
 */
export async function startNamespaces(programs: NodePrograms, dir: string): Promise<Namespaces> {
  const env = { PATH: programs.path };
  const init = await startChild({
    name: "init.sh",
    command: programs.system.unshare,
    args: [
      ...["--net", "--mount", "--pid", "--fork", "--kill-child"],
      ...["/bin/sh", join(__dirname, "init.sh"), dir],
    ],
    env,
    cwd: dir,
    logFile: join(dir, "init.log"),
  });
  try {
    const pid = await pidFrom(join(dir, "init.pid"), init);
    return {
      pid,
      exec: execIn(programs, pid),
      start: (name, command) =>
        startChild({
          name,
          command: programs.system.nsenter,
          args: [...enter(pid), ...command],
          env,
          cwd: dir,
          logFile: join(dir, `${name}.log`),
        }),
      stop: () => init.stop(0),
    };
  } catch (error) {
    await init.stop(0);
    throw error;
  }
}

function enter(pid: number): string[] {
  return [`--target=${pid}`, "--net", "--mount", "--pid", "--"];
}

/** Runs commands in the namespaces of a process, given its outer process id. */
export function execIn(programs: NodePrograms, pid: number): Exec {
  return (command, { allowFailure = false } = {}) =>
    exec({
      program: programs.system.nsenter,
      args: [...enter(pid), ...command],
      env: { PATH: programs.path },
      allowFailure,
    });
}

interface Execution {
  program: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  allowFailure: boolean;
}

function exec({ program, args, env, allowFailure }: Execution): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, maxBuffer: LARGEST_OUTPUT }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      if (code === 0 || allowFailure) resolve({ stdout, stderr, code });
      else reject(new Error(`${args.slice(5).join(" ")}: ${stderr.trim() || `exit code ${code}`}`));
    });
  });
}
