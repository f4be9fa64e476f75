/**
 * `describe` for tests that start a cluster of their own, to break it or to install on it. Where
 * the user named a cluster to test on, they are skipped, and reported as skipped.
 */
export const describeOnOwnBed =
  process.env.GMSA_TEST_CLUSTER === undefined ? describe : describe.skip;
