/** The results of the slices: one row for each Pod and concurrency. */
import type { ApiCalls } from "../api-calls";
import { CONSUMERS, mapTimes, totalCpu, type CpuTimes } from "../cpu-time";
import { CONCURRENCIES, type Measured } from "./measurement";
import { SIDES, type Side } from "./module-switch";
import { spreadOf, summarise, type Spread, type Summary } from "../statistics";
import { CASES, type Case } from "../cases";

/**
 * The module divided by another side, for each round. The slices of a round follow each other
 * closely, so other load on the machine affects both sides alike. A quotient over all rounds would
 * count a busy minute against the module.
 */
interface Comparison {
  p50: Spread;
  podsPerSecond: Spread;
}

/** CPU used on one side of a row. */
export interface CpuUse {
  /** Milliseconds. */
  perPod: CpuTimes;
  /** Milliseconds of CPU per millisecond: 2 where two cores are busy. */
  busyCores: number;
  /** CPU of all other processes on the machine, in the same unit: the noise of the measurement. */
  othersCores: number;
}

/** One line of the table. */
export interface Row {
  case: Case;
  concurrency: number;
  sides: Record<Side, Summary>;
  toNone: Comparison;
  toLimit: Comparison;
  /** API calls per Pod with the module. */
  callsPerPod: ApiCalls;
  cpu: Partial<Record<Side, CpuUse>>;
}

/** The rows of the table, in the order in which they are measured. */
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
  const ours = side("ours");
  const requests = ours.reduce((sum, slice) => sum + slice.requests, 0);
  const perPod = (count: (calls: ApiCalls) => number): number =>
    ours.reduce((sum, slice) => sum + count(slice.calls), 0) / requests;
  return {
    case: name,
    concurrency,
    sides: bySide(wanted => summarise(side(wanted))),
    toNone: compare(slices, "none"),
    toLimit: compare(slices, "limit"),
    callsPerPod: {
      credspecGets: perPod(calls => calls.credspecGets),
      accessReviews: perPod(calls => calls.accessReviews),
    },
    cpu: bySide(wanted => cpuUse(side(wanted))),
  };
}

function bySide<Value>(value: (side: Side) => Value): Record<Side, Value> {
  return Object.fromEntries(SIDES.map(side => [side, value(side)])) as Record<Side, Value>;
}

function compare(slices: readonly Measured[], other: Side): Comparison {
  return {
    p50: ratioOf(slices, other, ({ p50 }) => p50),
    podsPerSecond: ratioOf(slices, other, ({ podsPerSecond }) => podsPerSecond),
  };
}

function ratioOf(
  slices: readonly Measured[],
  other: Side,
  number: (summary: Summary) => number,
): Spread {
  const rounds = [...new Set(slices.map(({ round }) => round))];
  return spreadOf(
    rounds.map(round => {
      const of = (side: Side): number =>
        number(summarise(slices.filter(slice => slice.round === round && slice.side === side)));
      return of("ours") / of(other);
    }),
  );
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
    // Both are counted in ticks, so the difference can be slightly negative.
    othersCores: Math.max(0, total.machine - spent) / wall,
  };
}
