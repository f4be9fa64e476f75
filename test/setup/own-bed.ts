/**
 * `describe` for tests that start a cluster of their own, to break it or to install on it. Reported
 * as skipped if the user chose a cluster to test on.
 */
export const describeOnOwnBed =
  process.env.GMSA_TEST_CLUSTER === undefined ? describe : describe.skip;
