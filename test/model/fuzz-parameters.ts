/** Number and seed of random cases, so that a run can be repeated. */
import type { Parameters } from "fast-check";

/**
 * Parameters of a random test. The seed is printed with it, so that every run can be repeated.
 *
 * @param runs number of cases, unless GMSA_FUZZ_RUNS overrides it.
 * @param examples cases to try first in each run, which chance alone may miss.
 */
export function fuzzParameters<Case>(runs: number, examples: Case[] = []): Parameters<Case> {
  const { GMSA_FUZZ_SEED, GMSA_FUZZ_RUNS } = process.env;
  const seed = GMSA_FUZZ_SEED === undefined ? Date.now() | 0 : Number(GMSA_FUZZ_SEED);
  const numRuns = GMSA_FUZZ_RUNS === undefined ? runs : Number(GMSA_FUZZ_RUNS);
  process.stderr.write(`random cases: GMSA_FUZZ_SEED=${seed} GMSA_FUZZ_RUNS=${numRuns}\n`);
  return { seed, numRuns, examples, endOnFailure: false };
}
