/** What the slices come to: one row for each Pod and concurrency. */
import type { ApiCalls } from "../api-calls";
import { CONSUMERS, mapTimes, totalCpu, type CpuTimes } from "../cpu-time";
import { CONCURRENCIES, type Measured } from "./measurement";
import type { Side } from "./module-switch";
import { percentile, summarise, type Summary } from "../statistics";
import { CASES, type Case } from "../cases";

/**
 * With the module divided by without, in each round: there the two slices follow each other, so
 * both met the same machine. Over all rounds together a busy minute would count as the module's.
 */
export interface Ratio {
  median: number;
  least: number;
  greatest: number;
}

/** What CPU one side of a row used. */
export interface CpuUse {
  /** Milliseconds. */
  perPod: CpuTimes;
  /** Milliseconds of CPU per millisecond: 2 where two cores are busy. */
  busyCores: number;
  /** The same of all other processes on the machine: what disturbs the measurement. */
  othersCores: number;
}

/** One line of the table. */
export interface Row {
  case: Case;
  concurrency: number;
  without: Summary;
  with: Summary;
  p50Ratio: Ratio;
  podsRatio: Ratio;
  /** With the module. */
  callsPerPod: ApiCalls;
  cpu: Partial<Record<Side, CpuUse>>;
}

/** The table's lines, in the order in which they are measured. */
export function rowsOf(slices: readonly Measured[]): Row[] {
  return CASES.flatMap(name =>
    CONCURRENCIES.map(concurrency =>
      rowOf(
        name,
        concurrency,
        slices.filter(slice => slice.case === name && slice.concurrency === concurrency),
      ),
    ),
  );
}

function rowOf(name: Case, concurrency: number, slices: readonly Measured[]): Row {
  const side = (wanted: Side): Measured[] => slices.filter(slice => slice.side === wanted);
  const requests = side("with").reduce((sum, slice) => sum + slice.requests, 0);
  const perPod = (count: (calls: ApiCalls) => number): number =>
    side("with").reduce((sum, slice) => sum + count(slice.calls), 0) / requests;
  return {
    case: name,
    concurrency,
    without: summarise(side("without")),
    with: summarise(side("with")),
    p50Ratio: ratioOf(slices, ({ p50 }) => p50),
    podsRatio: ratioOf(slices, ({ podsPerSecond }) => podsPerSecond),
    callsPerPod: {
      credspecGets: perPod(calls => calls.credspecGets),
      accessReviews: perPod(calls => calls.accessReviews),
    },
    cpu: { without: cpuUse(side("without")), with: cpuUse(side("with")) },
  };
}

function ratioOf(slices: readonly Measured[], number: (summary: Summary) => number): Ratio {
  const rounds = [...new Set(slices.map(({ round }) => round))];
  return spreadOf(
    rounds.map(round => {
      const of = (side: Side): number =>
        number(summarise(slices.filter(slice => slice.round === round && slice.side === side)));
      return of("with") / of("without");
    }),
  );
}

/** The middle and the ends of some ratios. */
export function spreadOf(ratios: readonly number[]): Ratio {
  const sorted = [...ratios].sort((left, right) => left - right);
  return {
    median: percentile(sorted, 0.5),
    least: sorted[0] ?? Number.NaN,
    greatest: sorted.at(-1) ?? Number.NaN,
  };
}

/** Three references against one, both with the module, in each round. */
export function threeToOne(slices: readonly Measured[], concurrency: number): Ratio {
  const speed = (name: Case): number[] =>
    slices
      .filter(slice => slice.case === name && slice.side === "with")
      .filter(slice => slice.concurrency === concurrency)
      .map(slice => summarise([slice]).podsPerSecond);
  const one = speed("one reference");
  return spreadOf(speed("three references").map((three, round) => three / (one[round] ?? 0)));
}

function cpuUse(slices: readonly Measured[]): CpuUse | undefined {
  const times = slices.flatMap(({ cpu }) => cpu ?? []);
  if (times.length === 0) return undefined;
  const requests = slices.reduce((sum, slice) => sum + slice.requests, 0);
  const wall = slices.reduce((sum, slice) => sum + slice.wall, 0);
  const total = totalCpu(times);
  const spent = CONSUMERS.reduce((sum, consumer) => sum + total[consumer], 0);
  return {
    perPod: mapTimes(name => total[name] / requests),
    busyCores: spent / wall,
    // Both are counted in ticks, so their difference can fall just below nothing.
    othersCores: Math.max(0, total.machine - spent) / wall,
  };
}
