/**
 * `npm run bench:cli`: compares the CPU time of the commands that work without a cluster with that
 * of `node -e 0`, in turn in one run.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";

import { wholeNumber, progressOf, runProgram } from "../../../testbed/bed-program";
import { percentile } from "../statistics";
import { table } from "../table";
import { bundleCli } from "../../build/bundle-cli";
import { makeFiles, type Files } from "./files";

const run = promisify(execFile);
/** Maximum milliseconds of CPU in addition to `node -e 0`. */
const GOAL_MS = 500;
const EXAMPLES = resolve(__dirname, "../../../examples");

interface Options {
  rounds: number;
  files: number;
}

const log = progressOf("bench:cli");

function commandsOn(files: Files, count: number): [string, string[]][] {
  return [
    ["gmsa --help", ["--help"]],
    ["gmsa convert, one file", ["convert", files.json]],
    [`gmsa convert, ${count} files`, ["convert", files.jsons]],
    ["gmsa lint, the examples", ["lint", "-f", EXAMPLES]],
    [`gmsa lint, ${count} credspecs`, ["lint", "-f", files.credspecs]],
    [`gmsa lint, ${count} Deployments`, ["lint", "-f", files.manifests]],
    ["gmsa test, the examples", ["test", "-f", EXAMPLES]],
    [`gmsa test, ${count} files`, ["test", "-f", files.application]],
    [`gmsa test, ${count} Deployments in one file`, ["test", "-f", files.everything]],
  ];
}

/**
 * Milliseconds of CPU time, user and system, of one Node.js process.
 *
 * @throws if the exit code is neither 0 (no problems) nor 1 (problems found).
 */
async function cpuTime(args: readonly string[], signal: AbortSignal): Promise<number> {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1 </dev/null; exit $(($? >> 1))';
  const { stderr } = await run("bash", ["-c", script, "bash", process.execPath, ...args], {
    signal,
  });
  return stderr
    .trim()
    .split(" ")
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

async function main({ rounds, files: count }: Options, signal: AbortSignal): Promise<void> {
  const program = await bundleCli();
  const folder = mkdtempSync(join(tmpdir(), "gmsa-bench-cli-"));
  try {
    const node: [string, string[]] = ["node -e 0", ["-e", "0"]];
    const commands = commandsOn(makeFiles(folder, count), count);
    const rows: [string, string[]][] = [
      node,
      ...commands.map(([title, args]): [string, string[]] => [title, [program, ...args]]),
    ];
    const times = new Map(rows.map(([title]) => [title, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      for (const [title, args] of rows) {
        times.get(title)?.push(await cpuTime(args, signal));
      }
    }
    report(times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(times: ReadonlyMap<string, number[]>): void {
  const median = (values: number[]): number =>
    percentile(
      [...values].sort((a, b) => a - b),
      0.5,
    );
  const [floor = Number.NaN] = [...times.values()].map(median);
  const rows = [...times].map(([title, values]) => {
    const more = median(values) - floor;
    const met = more === 0 ? "" : more <= GOAL_MS ? "met" : "missed";
    return [title, median(values).toFixed(0), more.toFixed(0), met];
  });
  console.log(
    table(["command", "CPU, ms", "more than `node -e 0`", `goal: ${GOAL_MS} ms more`], rows),
  );
}

function parseOptions(): Options {
  return new Command("npm run bench:cli --")
    .description("CPU time of the commands that work without a cluster.")
    .option("--rounds <count>", "how often each command runs", wholeNumber, 5)
    .option("--files <count>", "how many files there are of each kind", wholeNumber, 1000)
    .parse()
    .opts<Options>();
}

runProgram(signal => main(parseOptions(), signal), log);
