/** How many random cases, and which: the same ones again if asked for. */
import type { Parameters } from "fast-check";

/**
 * Parameters of a random test. The seed is printed with it, so that every run can be repeated.
 *
 * @param runs how many cases, unless GMSA_FUZZ_RUNS says otherwise.
 * @param examples what is tried first in each run, for what chance alone may miss.
 */
export function fuzzParameters<Case>(runs: number, examples: Case[] = []): Parameters<Case> {
  const { GMSA_FUZZ_SEED, GMSA_FUZZ_RUNS } = process.env;
  const seed = GMSA_FUZZ_SEED === undefined ? Date.now() | 0 : Number(GMSA_FUZZ_SEED);
  const numRuns = GMSA_FUZZ_RUNS === undefined ? runs : Number(GMSA_FUZZ_RUNS);
  process.stderr.write(`random cases: GMSA_FUZZ_SEED=${seed} GMSA_FUZZ_RUNS=${numRuns}\n`);
  return { seed, numRuns, examples, endOnFailure: false };
}
