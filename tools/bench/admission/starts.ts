/** Starts of a replica: how long until it is ready, and how fast its first Pods are. */
import type { Bed } from "../../../testbed/bed/bed";
import { sleep, type Log } from "../../../testbed/process/log";
import { getStatus } from "../../../testbed/process/https-probe";
import { PODS } from "../cases";
import { percentile, type Sample } from "../statistics";
import type { LoadGenerator } from "./load-generator";

/** Number of Pods measured right after a start, and again around the thousandth Pod. */
const FIRST = 50;
const AROUND = 1000;
const NEEDED = AROUND + FIRST / 2;
/** Milliseconds of load in one step; maximum milliseconds of load. */
const LOAD_MS = 10_000;
const LONGEST_MS = 120_000;
const POLL_MS = 50;
const READY_WITHIN_MS = 60_000;

/** One start. */
export interface Start {
  /** Seconds until Pepr answers, which is when a replica without a warm-up would be ready. */
  peprAfter: number;
  /** Seconds until the replica is ready. */
  readyAfter: number;
  /** Milliseconds: the median of the first Pods with one reference, one at a time. */
  firstP50: number;
  /** Milliseconds: the median of as many Pods around the thousandth. */
  thousandthP50: number;
  failures: number;
}

/** The tools for starting and measuring. */
export interface StartInstruments {
  bed: Bed;
  generator: LoadGenerator;
  url: string;
  log: Log;
}

/** Time of the first Pods divided by the time of those around the thousandth. */
export function firstOverThousandth({ firstP50, thousandthP50 }: Start): number {
  return firstP50 / thousandthP50;
}

/** Restarts the only replica repeatedly. The module must be in the API server's path. */
export async function measureStarts(
  instruments: StartInstruments,
  rounds: number,
): Promise<Start[]> {
  const starts: Start[] = [];
  for (let round = 1; round <= rounds; round++) {
    const times = await restart(instruments);
    const start = { ...times, ...(await firstPods(instruments)) };
    instruments.log(
      `start ${round}/${rounds}: ready after ${start.readyAfter.toFixed(1)} s, Pepr after ` +
        `${start.peprAfter.toFixed(1)} s; p50 ${start.firstP50.toFixed(2)} ms of the first ${FIRST} Pods, ` +
        `${start.thousandthP50.toFixed(2)} ms of the thousandth`,
    );
    starts.push(start);
  }
  return starts;
}

async function restart({
  bed,
}: StartInstruments): Promise<Pick<Start, "peprAfter" | "readyAfter">> {
  await bed.controllers?.scale(0);
  const begin = performance.now();
  const running = bed.controllers?.scale(1);
  const [peprAfter, readyAfter] = await Promise.all([
    secondsUntil(bed, "/healthz", begin),
    secondsUntil(bed, "/readyz", begin),
    running,
  ]);
  return { peprAfter, readyAfter };
}

/** @throws if it takes longer than a minute. */
async function secondsUntil(bed: Bed, path: string, begin: number): Promise<number> {
  while (performance.now() - begin < READY_WITHIN_MS) {
    const address = bed.controllers?.replicas[0]?.address;
    const status =
      address &&
      (await getStatus({ ...address, path, rejectUnauthorized: false }, 1000).catch(() => 0));
    if (status === 200) return (performance.now() - begin) / 1000;
    await sleep(POLL_MS);
  }
  throw new Error(`${path} was not answered within ${READY_WITHIN_MS / 1000} s`);
}

/** @throws if there are not enough Pods within two minutes. */
async function firstPods({
  generator,
  url,
}: StartInstruments): Promise<Pick<Start, "firstP50" | "thousandthP50" | "failures">> {
  const load = { url, body: PODS["one reference"], concurrency: 1, duration: LOAD_MS };
  const samples: Sample[] = [];
  for (let spent = 0; samples.length < NEEDED && spent < LONGEST_MS; spent += LOAD_MS) {
    const more = await generator.attack(load, () => undefined);
    samples.push(...more.sort((left, right) => left.start - right.start));
  }
  if (samples.length < NEEDED) throw new Error(`only ${samples.length} Pods after a start`);
  return {
    firstP50: medianOf(samples.slice(0, FIRST)),
    thousandthP50: medianOf(samples.slice(AROUND - FIRST / 2, AROUND + FIRST / 2)),
    failures: samples.filter(({ failure }) => failure !== undefined).length,
  };
}

function medianOf(samples: readonly Sample[]): number {
  const latencies = samples.map(({ latency }) => latency).sort((left, right) => left - right);
  return percentile(latencies, 0.5);
}
