/** Statistics over one or more slices of load of the same kind. */

/** One request as the load generator saw it. */
export interface Sample {
  /** Milliseconds since the epoch. */
  start: number;
  /** Milliseconds. */
  latency: number;
  /** Error text, if the request failed. */
  failure?: string;
}

/** The requests of one slice that count. */
export interface Slice {
  samples: Sample[];
  /** Milliseconds in which they began and ended. */
  duration: number;
}

/** Statistics of many requests. */
export interface Summary {
  /** Number of successful requests. */
  pods: number;
  /** Milliseconds. */
  p50: number;
  /** Milliseconds. */
  p99: number;
  podsPerSecond: number;
  failures: number;
  firstFailure?: string;
}

/**
 * The value below or at which this share of the values lies (nearest rank).
 *
 * @param sorted ascending.
 * @param share between 0 and 1.
 * @returns NaN where there are no values.
 */
export function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Median and extremes of one number over several rounds. */
export interface Spread {
  median: number;
  least: number;
  greatest: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((left, right) => left - right);
  return {
    median: percentile(sorted, 0.5),
    least: sorted[0] ?? Number.NaN,
    greatest: sorted.at(-1) ?? Number.NaN,
  };
}

/**
 * Leaves out the requests of the lead-in: the load generator's TLS handshakes and the API server's
 * first connections are not part of the measurement.
 */
export function sliceOf(samples: readonly Sample[], leadIn: number): Slice {
  const first = samples.reduce((least, { start }) => Math.min(least, start), Infinity);
  const from = first + leadIn;
  const counted = samples.filter(sample => sample.start >= from || sample.failure !== undefined);
  const end = counted.reduce((most, sample) => Math.max(most, sample.start + sample.latency), from);
  return { samples: counted, duration: end - from };
}

/** Latencies cover successful requests only; failures are just counted. */
export function summarise(slices: readonly Slice[]): Summary {
  const samples = slices.flatMap(slice => slice.samples);
  const duration = slices.reduce((sum, slice) => sum + slice.duration, 0);
  const failed = samples.filter(({ failure }) => failure !== undefined);
  const latencies = samples
    .filter(({ failure }) => failure === undefined)
    .map(({ latency }) => latency)
    .sort((left, right) => left - right);
  return {
    pods: latencies.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    podsPerSecond: (latencies.length * 1000) / duration,
    failures: failed.length,
    firstFailure: failed[0]?.failure,
  };
}
