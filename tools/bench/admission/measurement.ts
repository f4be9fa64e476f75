/**
 * The rounds: each Pod and concurrency runs without webhooks, with the limit and with the module,
 * in turn.
 */
import type { Log } from "../../../testbed/process/log";
import { elapsedCalls, type ApiCalls } from "../api-calls";
import { elapsedCpu, type CpuTimes } from "../cpu-time";
import type { LoadGenerator } from "./load-generator";
import { SIDES, type ModuleSwitch, type Side } from "./module-switch";
import { sliceOf, summarise, type Slice } from "../statistics";
import { CASES, PODS, type Case } from "../cases";

/** Numbers of requests in flight. */
export const CONCURRENCIES = [1, 16] as const;
/** Milliseconds at the start of each slice that do not count. */
export const LEAD_IN_MS = 300;

/** The tools of a measurement. */
export interface Instruments {
  generator: LoadGenerator;
  moduleSwitch: ModuleSwitch;
  /** URL that the Pods are posted to, with `dryRun=All` in its query. */
  url: string;
  readCpu: () => CpuTimes | undefined;
  readCalls: () => Promise<ApiCalls>;
  log: Log;
}

/** How long and how often to measure. */
export interface Extent {
  rounds: number;
  /** Milliseconds of each slice that count. */
  slice: number;
  /** Milliseconds of load for each Pod on each side before anything counts. */
  warmUp: number;
}

/** One slice and its cost. */
export interface Measured extends Slice {
  case: Case;
  concurrency: number;
  side: Side;
  round: number;
  /** All requests, including those of the lead-in, which cost as much. */
  requests: number;
  /** Milliseconds of wall-clock time in which the CPU times were spent. */
  wall: number;
  cpu?: CpuTimes;
  calls: ApiCalls;
}

type What = Pick<Measured, "case" | "concurrency" | "side" | "round">;

/** Warms up, then runs all rounds. */
export async function measure(instruments: Instruments, extent: Extent): Promise<Measured[]> {
  for (const side of SIDES) {
    await instruments.moduleSwitch.turn(side);
    for (const name of CASES) {
      instruments.log(`warming up: ${name}, ${side}`);
      await measureSlice(instruments, extent.warmUp, {
        case: name,
        concurrency: 16,
        side,
        round: 0,
      });
    }
  }
  const slices: Measured[] = [];
  for (let round = 1; round <= extent.rounds; round++) {
    slices.push(...(await measureRound(instruments, extent, round)));
  }
  return slices;
}

/**
 * The slices of a row follow each other closely, so that other load on the machine affects all
 * sides alike. Each side goes first in turn.
 */
async function measureRound(
  instruments: Instruments,
  extent: Extent,
  round: number,
): Promise<Measured[]> {
  const slices: Measured[] = [];
  let order = rotated(SIDES, round);
  for (const name of CASES) {
    for (const concurrency of CONCURRENCIES) {
      for (const side of order) {
        await instruments.moduleSwitch.turn(side);
        const what = { case: name, concurrency, side, round };
        const slice = await measureSlice(instruments, extent.slice, what);
        const { podsPerSecond, p50 } = summarise([slice]);
        instruments.log(
          `round ${round}/${extent.rounds}: ${name}, w=${concurrency}, ${side}: ` +
            `${podsPerSecond.toFixed(0)} Pods/s, p50 ${p50.toFixed(2)} ms`,
        );
        slices.push(slice);
      }
      order = rotated(order, 1);
    }
  }
  return slices;
}

/** Moves the first `by` items to the end. */
function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

async function measureSlice(
  { generator, url, readCpu, readCalls }: Instruments,
  slice: number,
  what: What,
): Promise<Measured> {
  const callsBefore = await readCalls();
  const cpuBefore = readCpu();
  const start = performance.now();
  let end = start;
  let cpuAfter: CpuTimes | undefined;
  const samples = await generator.attack(
    { url, body: PODS[what.case], concurrency: what.concurrency, duration: slice + LEAD_IN_MS },
    () => {
      end = performance.now();
      cpuAfter = readCpu();
    },
  );
  return {
    ...what,
    ...sliceOf(samples, LEAD_IN_MS),
    requests: samples.length,
    wall: end - start,
    cpu: cpuBefore && cpuAfter && elapsedCpu(cpuBefore, cpuAfter),
    calls: elapsedCalls(callsBefore, await readCalls()),
  };
}
