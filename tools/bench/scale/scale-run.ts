/**
 * One run: a number of replicas under load for some time, while grants and credential specs change.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import type { Bed } from "../../../testbed/bed/bed";
import type { Log } from "../../../testbed/process/log";
import { apiCallsIn, elapsedCalls, type ApiCalls } from "../api-calls";
import type { ApiServer } from "../api-server";
import { childrenNamed, elapsedCpu, mapTimes, readCpuTimes, type CpuTimes } from "../cpu-time";
import { controllerPids } from "../installed-bed";
import { percentile } from "../statistics";
import { Changes, type ChangesMade } from "./changes";
import type { History } from "./history";
import { LoadProcess } from "./load-process";
import type { Population } from "./population";
import {
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

interface Moment {
  /** Milliseconds since the epoch. */
  time: number;
  calls: ApiCalls;
  cpu: CpuTimes | undefined;
  /** Milliseconds of CPU. */
  own: number;
}

const MEMORY_EVERY_MS = 1000;

/**
 * The load continues this long after the last reading, so that the load process still exists then.
 */
const TAIL_MS = 2000;

/** @throws if a controller ends, the load ends early, or a change fails. */
export async function run(stand: Stand, replicas: number): Promise<RunResult> {
  const { bed, api, population, history, load, log, signal } = stand;
  const direct = replicas === 1 && bed.controlPlane?.serviceAccess === "bind";
  await bed.runControllers({ replicas, direct });
  const { duration, warmUp, concurrency, podsInARow, changesPerSecond, tolerance } = load;
  const generator = new LoadProcess(
    {
      kubeconfigPath: bed.kubeconfigPath,
      population,
      concurrency,
      podsInARow,
      duration: warmUp + duration + TAIL_MS,
    },
    signal,
  );
  const memory = watchMemory(bed);
  const changes = new Changes({ api, population, history, perSecond: changesPerSecond });
  try {
    const from = await lookAfter(stand, generator, warmUp);
    log(`${replicas} of the controller: warm; ${duration / 1000} s that count`);
    const to = await lookAfter(stand, generator, duration);
    await generator.ended;
    memory.stop();
    await changes.stop();
    refuseRestarts(bed);
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
      callsPerPod: callsPerPod(elapsedCalls(from.calls, to.calls), speed.pods),
      cpuPerPod: cpuPerPod(from, to, speed.pods),
      wall: (to.time - from.time) / 1000,
      changes: summarise(changes.made),
      verdicts: judgeAll(answers, history, tolerance),
      memory: memory.samples,
    };
  } finally {
    memory.stop();
    await changes.stop().catch(() => undefined);
  }
}

async function lookAfter(
  { bed, api, signal }: Stand,
  generator: LoadProcess,
  milliseconds: number,
): Promise<Moment> {
  const tooEarly = generator.ended.then(() => {
    throw new Error("the load ended before its time");
  });
  await Promise.race([sleep(milliseconds, undefined, { signal }), tooEarly]);
  const metrics = await api.sendOk({ method: "GET", path: "/metrics" });
  const { user, system } = process.cpuUsage();
  return {
    time: performance.timeOrigin + performance.now(),
    calls: apiCallsIn(metrics.toString()),
    cpu: readCpuTimes(controllerPids(bed), generator.pid),
    own: (user + system) / 1000,
  };
}

/** A restarted controller would begin with fresh memory, and its earlier CPU time would be lost. */
function refuseRestarts(bed: Bed): void {
  for (const replica of bed.controllers?.replicas ?? []) {
    if (replica.restarts === 0) continue;
    throw new Error(`a controller ended and was restarted:\n${replica.logs().slice(-2000)}`);
  }
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

function callsPerPod(calls: ApiCalls, pods: number): ApiCalls {
  return {
    credspecGets: calls.credspecGets / pods,
    accessReviews: calls.accessReviews / pods,
  };
}

function cpuPerPod(from: Moment, to: Moment, pods: number): CpuPerPod | undefined {
  if (!from.cpu || !to.cpu) return undefined;
  const spent = elapsedCpu(from.cpu, to.cpu);
  return { ...mapTimes(name => spent[name] / pods), "this program": (to.own - from.own) / pods };
}

function summarise({ grants, credspecs, lags }: ChangesMade): RunResult["changes"] {
  const sorted = [...lags].sort((left, right) => left - right);
  const lagMost = sorted.at(-1) ?? Number.NaN;
  return { grants, credspecs, lagP50: percentile(sorted, 0.5), lagMost };
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
