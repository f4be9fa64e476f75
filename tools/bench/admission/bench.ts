/**
 * `npm run bench`: what the module costs, measured on a real API server of its own.
 *
 * Pods are created as a dry run, in a closed loop, without and with the module by turns, so that
 * both meet the same machine. Only the ratios travel from one machine to another.
 */
import { Command } from "commander";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { startBed } from "../../../testbed/bed/local-bed";
import type { Bed } from "../../../testbed/bed/bed";
import { apiCallsIn } from "../api-calls";
import { getRaw } from "../api-server";
import { hasProcessTimes, readCpuTimes } from "../cpu-time";
import { judgeGoals, type GoalResult } from "./goals";
import { controllerPids, installationWith, machine, stateDir } from "../installed-bed";
import { findLoadGenerator, LoadGenerator, writeClientFiles } from "./load-generator";
import { cpuTable, failureList, goalTable, speedTable } from "./report";
import { measure, type Instruments, type Measured } from "./measurement";
import { ModuleSwitch } from "./module-switch";
import { positive, wholeNumber, progressOf, runProgram } from "../../../testbed/bed-program";
import { builtManifest } from "../../build/build";
import { profileEach, profilingEnvironment } from "./profile";
import { rowsOf, type Row } from "./rows";
import { summarise } from "../statistics";
import { clusterObjects, NAMESPACE } from "../cases";

interface Options {
  rounds: number;
  /** Seconds. */
  slice: number;
  json?: string;
  profile?: string;
  manifest?: string;
  nodeOptions?: string;
  check?: boolean;
}

interface Report {
  rows: Row[];
  goals: GoalResult[];
  slices: Measured[];
}

const log = progressOf("bench");

/** Installs the module as one controller that is itself the Service, where the system lets it be. */
async function install(bed: Bed, manifest: string, options: Options): Promise<void> {
  const file = installationWith(bed, manifest, environmentOf(options));
  const direct = bed.controlPlane?.serviceAccess === "bind";
  if (!direct) log("port 443 cannot be had: a forwarder of the test bed is measured, too");
  await bed.install(file, { replicas: 1, direct });
  await bed.createNamespace(NAMESPACE);
  await bed.kubectl(["apply", "-f", "-"], { stdin: JSON.stringify(clusterObjects()) });
}

/** What is added to the controller's environment: nothing, as long as nothing is asked for. */
function environmentOf({ profile, nodeOptions }: Options): Record<string, string> {
  if (profile !== undefined) return profilingEnvironment(profile, nodeOptions ?? "");
  return nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
}

async function instrumentsFor(
  bed: Bed,
  manifest: string,
  signal: AbortSignal,
): Promise<Instruments> {
  const program = await findLoadGenerator(log, signal);
  const client = writeClientFiles(bed.kubeConfig, join(stateDir(bed), "bench"));
  return {
    generator: new LoadGenerator(program, client, signal),
    moduleSwitch: new ModuleSwitch(bed, readFileSync(manifest, "utf8"), signal),
    url: `${client.server}/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`,
    readCpu: () => readCpuTimes(controllerPids(bed)),
    readCalls: async () =>
      apiCallsIn((await getRaw(bed.kubeConfig, "/metrics", signal)).toString()),
    log,
  };
}

/** Measures, tells what was measured, and takes profiles if they are wanted. */
async function bench(
  options: Options,
  signal: AbortSignal,
  tell: (report: Report) => void,
): Promise<void> {
  const manifest = options.manifest ?? (await builtManifest(log));
  if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true });
  signal.throwIfAborted();
  const bed = await startBed({ log });
  try {
    signal.throwIfAborted();
    await install(bed, manifest, options);
    const instruments = await instrumentsFor(bed, manifest, signal);
    const extent = { rounds: options.rounds, slice: options.slice * 1000 };
    const slices = await measure(instruments, extent);
    const rows = rowsOf(slices);
    tell({ rows, goals: judgeGoals(rows, slices), slices });
    if (options.profile !== undefined) {
      await profileEach({ bed, folder: options.profile }, instruments, signal);
    }
  } finally {
    await bed.stop();
  }
}

function print({ rows, goals }: Report, options: Options): void {
  const cpu = hasProcessTimes()
    ? cpuTable(rows)
    : "CPU by process: left out, this system has no /proc.";
  const failures = failureList(rows);
  const parts = [
    "## Pods created as a dry run, without and with the module",
    `${options.rounds} rounds, slices of ${options.slice} s, one controller. ${machine()}.\n` +
      "Times and Pods/s are of all rounds together; ratios are medians of the rounds, with the least and the greatest.",
    speedTable(rows),
    ...(failures === "" ? [] : ["Failures:", failures]),
    cpu,
    goalTable(goals),
  ];
  console.log(parts.join("\n\n"));
}

/** All numbers; of each slice its summary, not its thousands of requests. */
function jsonOf({ rows, goals, slices }: Report): string {
  const summaries = slices.map(({ samples, duration, ...slice }) => ({
    ...slice,
    duration,
    ...summarise([{ samples, duration }]),
  }));
  return `${JSON.stringify({ rows, goals, slices: summaries }, null, 2)}\n`;
}

function exitCode({ rows, goals }: Report, check: boolean): number {
  const failed = rows.some(row => row.without.failures + row.with.failures > 0);
  return failed || (check && goals.some(({ met }) => !met)) ? 1 : 0;
}

function parseOptions(): Options {
  const options = new Command("bench")
    .description("Measures what the module costs, on a control plane of its own")
    .option("--rounds <number>", "how often everything is measured", wholeNumber, 5)
    .option("--slice <seconds>", "how long each measurement lasts", positive, 3)
    .option("--json <file>", "also write all numbers to a file")
    .option("--profile <folder>", "also write CPU profiles, taken after what is measured")
    .option("--manifest <file>", "measure this installation instead of building it")
    .option("--node-options <text>", "NODE_OPTIONS of the controller, to see what they change")
    .option("--check", "end with 1 if a goal is missed")
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
