/**
 * One run: a number of replicas under load for some time, while grants and credential specs change.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import type { Bed } from "../../../testbed/bed/bed";
import { errorText, type Log } from "../../../testbed/process/log";
import { apiCallsIn, elapsedCalls, type ApiCalls } from "../api-calls";
import type { ApiServer } from "../api-server";
import { childrenNamed, elapsedCpu, mapTimes, readCpuTimes, type CpuTimes } from "../cpu-time";
import { controllerPids } from "../installed-bed";
import { Changes } from "./changes";
import type { History } from "./history";
import { LoadProcess } from "./load-process";
import { PersistentApi } from "./persistent";
import type { Population } from "./population";
import {
  changeFigures,
  speedIn,
  partsIn,
  countOutcomes,
  type RunResult,
  type MemorySample,
  type CpuPerPod,
} from "./run-result";
import { judgeAll } from "./verdicts";

/** How to generate and judge the load. */
export interface LoadOptions {
  /** Milliseconds that count. */
  duration: number;
  /** Milliseconds of warm-up before that. */
  warmUp: number;
  concurrency: number;
  podsInARow: number;
  changesPerSecond: number;
  /** Milliseconds, see `judge`. */
  tolerance: number;
}

/** The cluster and options of a run. */
export interface Stand {
  bed: Bed;
  api: ApiServer;
  population: Population;
  history: History;
  load: LoadOptions;
  log: Log;
  signal: AbortSignal;
}

/** The readings at one point in time; undefined if they could not be taken. */
interface Moment {
  /** Milliseconds since the epoch. */
  time: number;
  calls?: ApiCalls;
  cpu?: CpuTimes;
  /** Milliseconds of CPU. */
  own: number;
}

/** The measured part of a run. */
interface Measured {
  from: Moment;
  to: Moment;
  troubles: string[];
}

const MEMORY_EVERY_MS = 1000;

/**
 * A run without any answered Pod is extended by this number of milliseconds at most. On a busy
 * machine, even the first Pods can take longer than a short run.
 */
const EXTENSION_MS = 60_000;
const EXTENSION_STEP_MS = 1000;

/**
 * Runs the load and the changes. Whatever fails after the load has begun is part of the result.
 *
 * @throws if the controllers do not start.
 */
export async function run(stand: Stand, replicas: number): Promise<RunResult> {
  const { bed, api, population, history, load, log, signal } = stand;
  const direct = replicas === 1 && bed.controlPlane?.serviceAccess === "bind";
  await bed.runControllers({ replicas, direct });
  const { concurrency, podsInARow, changesPerSecond, tolerance } = load;
  const generator = new LoadProcess(
    { kubeconfigPath: bed.kubeconfigPath, population, concurrency, podsInARow },
    signal,
  );
  const memory = watchMemory(bed);
  const persistent = new PersistentApi(api, signal);
  const changes = new Changes({
    ...{ api: persistent, population, history },
    perSecond: changesPerSecond,
  });
  const { from, to, troubles } = await measure(stand, generator, persistent);
  memory.stop();
  await changes.stop();
  const { answers } = generator;
  const span = { start: from.time, end: to.time };
  const speed = speedIn(answers, span);
  log(`${speed.pods} Pods, ${speed.podsPerSecond.toFixed(0)} a second; judging all answers`);
  return {
    replicas,
    direct,
    speed,
    parts: partsIn(answers, span),
    outcomes: countOutcomes(answers),
    callsPerPod: callsPerPod(from, to, speed.pods),
    cpuPerPod: cpuPerPod(from, to, speed.pods),
    wall: (to.time - from.time) / 1000,
    changes: changeFigures(changes.made, persistent.repeated),
    verdicts: judgeAll(answers, history, tolerance),
    memory: memory.samples,
    troubles: [...troubles, ...restartsOf(bed)],
  };
}

/** Waits for the time that counts, and takes the readings before and after it. */
async function measure(
  stand: Stand,
  generator: LoadProcess,
  api: PersistentApi,
): Promise<Measured> {
  const { load, log } = stand;
  let from = timeOnly();
  let to: Moment | undefined;
  const troubles: string[] = [];
  try {
    await pass(load.warmUp, stand, generator);
    from = await readingsOf(stand, generator, api);
    log(`warm; ${load.duration / 1000} s that count`);
    await pass(load.duration, stand, generator);
    await untilAnswered(from, stand, generator);
    to = await readingsOf(stand, generator, api);
    await generator.end();
  } catch (error) {
    troubles.push(stand.signal.aborted ? "stopped before its time" : errorText(error));
    await generator.end().catch(() => undefined);
  }
  return { from, to: to ?? timeOnly(), troubles };
}

async function pass(
  milliseconds: number,
  { signal }: Stand,
  generator: LoadProcess,
): Promise<void> {
  const tooEarly = generator.ended.then(() => {
    throw new Error("the load ended before its time");
  });
  await Promise.race([sleep(milliseconds, undefined, { signal }), tooEarly]);
}

/** Extends the time that counts until a Pod is answered in it. */
async function untilAnswered(from: Moment, stand: Stand, generator: LoadProcess): Promise<void> {
  for (let extra = 0; extra < EXTENSION_MS; extra += EXTENSION_STEP_MS) {
    if (speedIn(generator.answers, { start: from.time, end: Infinity }).pods > 0) return;
    await pass(EXTENSION_STEP_MS, stand, generator);
  }
}

function timeOnly(): Moment {
  const { user, system } = process.cpuUsage();
  const time = performance.timeOrigin + performance.now();
  return { time, own: (user + system) / 1000 };
}

async function readingsOf(
  { bed }: Stand,
  generator: LoadProcess,
  api: PersistentApi,
): Promise<Moment> {
  const metrics = await api.sendOk({ method: "GET", path: "/metrics" });
  return {
    ...timeOnly(),
    calls: apiCallsIn(metrics.toString()),
    cpu: readCpuTimes(controllerPids(bed), generator.pid),
  };
}

/** A restarted controller begins with fresh memory, and its earlier CPU time is lost. */
function restartsOf(bed: Bed): string[] {
  return (bed.controllers?.replicas ?? [])
    .filter(({ restarts }) => restarts > 0)
    .map(replica => `a replica ended and was restarted:\n${replica.logs().slice(-2000)}`);
}

function watchMemory(bed: Bed): { samples: MemorySample[]; stop: () => void } {
  const samples: MemorySample[] = [];
  const start = performance.now();
  const [apiServer] = childrenNamed("kube-apiserver");
  const timer = setInterval(() => {
    samples.push({
      seconds: (performance.now() - start) / 1000,
      controllers: (bed.controllers?.replicas ?? []).map(({ pid }) => residentBytes(pid)),
      apiServer: residentBytes(apiServer),
    });
  }, MEMORY_EVERY_MS);
  return {
    samples,
    stop: () => {
      clearInterval(timer);
    },
  };
}

function callsPerPod(from: Moment, to: Moment, pods: number): ApiCalls | undefined {
  if (!from.calls || !to.calls || pods === 0) return undefined;
  const calls = elapsedCalls(from.calls, to.calls);
  return {
    credspecGets: calls.credspecGets / pods,
    accessReviews: calls.accessReviews / pods,
  };
}

function cpuPerPod(from: Moment, to: Moment, pods: number): CpuPerPod | undefined {
  if (!from.cpu || !to.cpu || pods === 0) return undefined;
  const spent = elapsedCpu(from.cpu, to.cpu);
  return { ...mapTimes(name => spent[name] / pods), "this program": (to.own - from.own) / pods };
}

/**
 * Resident memory in bytes from /proc; NaN if the process does not exist or the system does not
 * provide it.
 */
function residentBytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid ?? "none"}/status`, "utf8");
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  } catch {
    return Number.NaN;
  }
}
