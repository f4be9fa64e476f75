/**
 * `npm run bench:scale`: starts a large cluster and creates as many Pods per second as the module
 * can handle, for minutes, while grants and credential specs change. Compares each answer with the
 * cluster's state within the preceding second. Measures memory, latencies and API calls.
 */
import { Command, InvalidArgumentError } from "commander";
import { writeFileSync } from "node:fs";

import { startBed } from "../../../testbed/bed/local-bed";
import { ApiServer } from "../api-server";
import { installationWith, machine } from "../installed-bed";
import {
  positive,
  wholeNumber,
  wholeNumbers,
  progressOf,
  runProgram,
} from "../../../testbed/bed-program";
import { builtManifest } from "../../build/build";
import { History } from "./history";
import { memoryChart } from "./memory-chart";
import { stagesOf, type Population } from "./population";
import {
  complaintList,
  courseTable,
  cpuTable,
  outcomeList,
  speedTable,
  troubleList,
  verdictTable,
} from "./scale-report";
import { isGood, type RunResult } from "./run-result";
import { run } from "./scale-run";
import { setUp } from "./set-up";

interface Options {
  credspecs: number;
  namespaces: number;
  serviceAccounts: number;
  minutes: number;
  replicas: number[];
  concurrency: number;
  podsInARow: number;
  changes: number;
  tolerance: number;
  json?: string;
  chart?: string;
  manifest?: string;
  nodeOptions?: string;
}

const WARM_UP_MS = 5000;

const log = progressOf("bench:scale");

/** @param results gets the result of each run, so that none is lost when a later one fails. */
async function bench(options: Options, signal: AbortSignal, results: RunResult[]): Promise<void> {
  const manifest = options.manifest ?? (await builtManifest(log));
  signal.throwIfAborted();
  const bed = await startBed({ log });
  try {
    signal.throwIfAborted();
    const { nodeOptions } = options;
    const variables: Record<string, string> =
      nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
    await bed.install(installationWith(bed, manifest, variables), { replicas: 1 });
    const api = await ApiServer.of(bed.kubeConfig, signal);
    const population: Population = options;
    await setUp(api, stagesOf(population), log);
    const load = {
      duration: options.minutes * 60_000,
      warmUp: WARM_UP_MS,
      concurrency: options.concurrency,
      podsInARow: options.podsInARow,
      changesPerSecond: options.changes,
      tolerance: options.tolerance,
    };
    const history = new History(population);
    for (const replicas of options.replicas) {
      signal.throwIfAborted();
      results.push(await run({ bed, api, population, history, load, log, signal }, replicas));
    }
  } finally {
    await bed.stop();
  }
}

function print(runs: readonly RunResult[], options: Options): void {
  const parts = [
    "## Pods created as a dry run, while grants and credential specs change",
    `${options.credspecs} credential specs, ${options.namespaces} namespaces, ${options.serviceAccounts} ` +
      `service accounts; ${options.concurrency} Pods at a time for ${options.minutes} minutes, ` +
      `${options.podsInARow} in a row; ${options.changes} changes a second. ${machine()}.`,
    speedTable(runs),
    `Each answer may reflect what held ${options.tolerance} ms before the Pod was sent, or since:`,
    verdictTable(runs),
    complaintList(runs),
    troubleList(runs),
    outcomeList(runs),
    cpuTable(runs),
    ...runs.flatMap(each => [`Tenths of the run, replicas: ${each.replicas}`, courseTable(each)]),
  ];
  console.log(parts.filter(part => part !== "").join("\n\n"));
}

/** At least two, because some Pods name the credential spec of another account. */
function two(text: string): number {
  const value = wholeNumber(text);
  if (value < 2) throw new InvalidArgumentError("It must be at least 2.");
  return value;
}

function parseOptions(): Options {
  return new Command("bench:scale")
    .description(
      "Measures the load that the webhook can carry in a large cluster, and checks every answer",
    )
    .option("--credspecs <number>", "how many there are", wholeNumber, 10_000)
    .option("--namespaces <number>", "how many there are", wholeNumber, 1000)
    .option("--service-accounts <number>", "how many there are, at least 2", two, 5000)
    .option("--minutes <number>", "how long each run lasts, such as 0.5", positive, 5)
    .option("--replicas <list>", "how many controllers: a run for each", wholeNumbers, [1, 2])
    .option("--concurrency <number>", "Pods that are created at a time", wholeNumber, 16)
    .option("--pods-in-a-row <number>", "replicas of each workload", wholeNumber, 1)
    .option("--changes <number>", "of grants and credential specs, in a second", positive, 10)
    .option("--tolerance <ms>", "how old the state in an answer may be", positive, 1000)
    .option("--json <file>", "also write all numbers to a file")
    .option("--chart <file>", "also draw the controllers' memory, as SVG")
    .option("--manifest <file>", "measure this installation instead of building it")
    .option("--node-options <text>", "NODE_OPTIONS of the controller, such as a smaller heap")
    .addHelpText(
      "after",
      "\nExits with 1 if any answer is wrong, any request failed, or any change was lost.",
    )
    .parse()
    .opts<Options>();
}

async function main(options: Options, signal: AbortSignal): Promise<void> {
  const runs: RunResult[] = [];
  try {
    await bench(options, signal, runs);
  } finally {
    if (runs.length > 0) report(runs, options);
  }
  process.exitCode = runs.every(isGood) ? 0 : 1;
}

function report(runs: readonly RunResult[], options: Options): void {
  print(runs, options);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ options, runs }, null, 2)}\n`);
  }
  if (options.chart !== undefined) writeFileSync(options.chart, memoryChart(runs));
}

runProgram(signal => main(parseOptions(), signal), log);
