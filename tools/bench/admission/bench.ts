/**
 * `npm run bench`: measures what the module costs, on a real API server that it starts itself.
 *
 * A closed loop creates Pods as dry runs. It alternates between no webhook, the limit of any two
 * webhooks, and the module, so that machine noise affects all three alike. Only the ratios can be
 * compared between machines.
 */
import { Command } from "commander";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { startBed } from "../../../testbed/bed/local-bed";
import type { Bed } from "../../../testbed/bed/bed";
import { apiCallsIn } from "../api-calls";
import { getRaw } from "../api-server";
import { hasProcessTimes, readCpuTimes } from "../cpu-time";
import { failuresIn, judgeGoals, type GoalResult } from "./goals";
import { controllerPids, installationWith, machine, stateDir } from "../installed-bed";
import { findPrograms } from "./go-programs";
import { Limit } from "./limit";
import { LoadGenerator, writeClientFiles } from "./load-generator";
import {
  cpuTable,
  failureList,
  goalTable,
  largePodsTable,
  ratioTable,
  speedTable,
  startTable,
} from "./result-tables";
import { measureLargePods, type LargePods } from "./large-pods";
import { measure, type Instruments, type Measured } from "./measurement";
import { ModuleSwitch } from "./module-switch";
import { positive, wholeNumber, progressOf, runProgram } from "../../../testbed/bed-program";
import { builtManifest } from "../../build/build";
import { profileEach, profilingEnvironment } from "./profile";
import { rowsOf, type Row } from "./result-rows";
import { measureStarts, type Start } from "./starts";
import { summarise } from "../statistics";
import { clusterObjects, DRY_RUN_PATH, NAMESPACE } from "../cases";

interface Options {
  rounds: number;
  starts: number;
  /** Number of large Pods at once. */
  large: number;
  /** Seconds. */
  slice: number;
  /** Seconds. */
  warmUp: number;
  json?: string;
  profile?: string;
  manifest?: string;
  nodeOptions?: string;
  check?: boolean;
}

interface Report {
  rows: Row[];
  starts: Start[];
  large: LargePods[];
  goals: GoalResult[];
  slices: Measured[];
}

const log = progressOf("bench");

/** Installs the module as one controller that is itself the Service, where the system allows it. */
async function install(bed: Bed, manifest: string, options: Options): Promise<void> {
  const file = installationWith(bed, manifest, environmentOf(options));
  const direct = bed.controlPlane?.serviceAccess === "bind";
  if (!direct) log("port 443 cannot be had: a forwarder of the test bed is measured, too");
  await bed.install(file, { replicas: 1, direct });
  await bed.createNamespace(NAMESPACE);
  await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(clusterObjects()) });
}

/** Variables to add to the controller's environment: none unless an option asks for them. */
function environmentOf({ profile, nodeOptions }: Options): Record<string, string> {
  if (profile !== undefined) return profilingEnvironment(profile, nodeOptions ?? "");
  return nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
}

function instrumentsFor(
  bed: Bed,
  manifest: string,
  { vegeta, limit }: { vegeta: string; limit: Limit },
  signal: AbortSignal,
): Instruments {
  const client = writeClientFiles(bed.kubeConfig, join(stateDir(bed), "bench"));
  return {
    generator: new LoadGenerator(vegeta, client, signal),
    moduleSwitch: new ModuleSwitch({
      bed,
      manifest: readFileSync(manifest, "utf8"),
      limit,
      signal,
    }),
    url: `${client.server}${DRY_RUN_PATH}`,
    readCpu: () => readCpuTimes([...controllerPids(bed), limit.pid ?? -1]),
    readCalls: async () =>
      apiCallsIn((await getRaw(bed.kubeConfig, "/metrics", signal)).toString()),
    log,
  };
}

/** Runs the measurement, prints the report, and takes profiles if the options ask for them. */
async function bench(
  options: Options,
  signal: AbortSignal,
  tell: (report: Report) => void,
): Promise<void> {
  const manifest = options.manifest ?? (await builtManifest(log));
  if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true });
  signal.throwIfAborted();
  const programs = await findPrograms(log, signal);
  const bed = await startBed({ log });
  let limit: Limit | undefined;
  try {
    signal.throwIfAborted();
    await install(bed, manifest, options);
    limit = await Limit.start(programs.limit, stateDir(bed));
    const { vegeta } = programs;
    const instruments = instrumentsFor(bed, manifest, { vegeta, limit }, signal);
    const extent = {
      rounds: options.rounds,
      slice: options.slice * 1000,
      warmUp: options.warmUp * 1000,
    };
    const slices = await measure(instruments, extent);
    const large = await measureLargePods(
      { ...instruments, bed },
      { count: options.large, rounds: options.rounds },
      signal,
    );
    await instruments.moduleSwitch.turn("ours");
    const starts = await measureStarts({ ...instruments, bed }, options.starts);
    const rows = rowsOf(slices);
    tell({ rows, starts, large, goals: judgeGoals(rows, starts), slices });
    if (options.profile !== undefined) {
      await profileEach({ bed, folder: options.profile }, instruments, signal);
    }
  } finally {
    limit?.stop();
    await bed.stop();
  }
}

function print({ rows, starts, large, goals }: Report, options: Options): void {
  const cpu = hasProcessTimes()
    ? cpuTable(rows)
    : "CPU by process: left out, this system has no /proc.";
  const failures = failureList(rows);
  const parts = [
    "## Pods created as a dry run: without any webhook, with the limit, with the module",
    `${options.rounds} rounds, slices of ${options.slice} s, one controller. ${machine()}.\n` +
      "Times and Pods/s are of all rounds together; ratios are medians of the rounds, with the least and the greatest.",
    speedTable(rows),
    ratioTable(rows),
    ...(failures === "" ? [] : ["Failures:", failures]),
    cpu,
    `${options.large} large Pods at once:`,
    largePodsTable(large),
    startTable(starts),
    goalTable(goals),
  ];
  console.log(parts.join("\n\n"));
}

/** All numbers, but only a summary of each slice instead of its thousands of requests. */
function jsonOf({ rows, starts, large, goals, slices }: Report): string {
  const summaries = slices.map(({ samples, duration, ...slice }) => ({
    ...slice,
    duration,
    ...summarise([{ samples, duration }]),
  }));
  return `${JSON.stringify({ rows, starts, large, goals, slices: summaries }, null, 2)}\n`;
}

function exitCode({ rows, starts, goals }: Report, check: boolean): number {
  const failed = failuresIn(rows, starts) > 0;
  return failed || (check && goals.some(({ met }) => !met)) ? 1 : 0;
}

function parseOptions(): Options {
  const options = new Command("bench")
    .description("Measures the cost of the webhook, on a separate control plane")
    .option(
      "--rounds <number>",
      "number of rounds, in which everything is measured once",
      wholeNumber,
      5,
    )
    .option("--starts <number>", "number of starts of a replica that are measured", wholeNumber, 5)
    .option("--large <number>", "number of large Pods created at once", wholeNumber, 20)
    .option("--slice <seconds>", "how long each measurement lasts", positive, 3)
    .option(
      "--warm-up <seconds>",
      "load for each Pod on each side before the measurements",
      positive,
      5,
    )
    .option("--json <file>", "also write all numbers to a file")
    .option("--profile <folder>", "also write CPU profiles, recorded after the measurements")
    .option("--manifest <file>", "measure this installation instead of building it")
    .option("--node-options <text>", "NODE_OPTIONS of the controller, to see what they change")
    .option("--check", "exit with 1 if a goal is missed")
    .parse()
    .opts<Options>();
  return { ...options, profile: options.profile && resolve(options.profile) };
}

async function main(options: Options, signal: AbortSignal): Promise<void> {
  await bench(options, signal, report => {
    if (options.json !== undefined) writeFileSync(options.json, jsonOf(report));
    print(report, options);
    process.exitCode = exitCode(report, options.check ?? false);
  });
}

runProgram(signal => main(parseOptions(), signal), log);
