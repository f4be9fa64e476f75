import { isHelmBuilt } from "../../testbed/programs/helm-program";
import { hasGo } from "../../testbed/programs/component-crds";

/**
 * `describe` for tests that run helm. Without a built one and without Go to build it, they are
 * skipped, and reported as skipped.
 */
export const describeWithHelm = isHelmBuilt() || hasGo ? describe : describe.skip;

/** The same for tests that start a cluster of their own as well. */
export const describeOnOwnBedWithHelm =
  process.env.GMSA_TEST_CLUSTER === undefined ? describeWithHelm : describe.skip;
