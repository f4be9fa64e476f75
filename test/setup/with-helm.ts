import { isHelmBuilt } from "../../testbed/programs/helm-program";
import { hasGo } from "../../testbed/programs/component-crds";

/** `describe` for tests that run helm; reported as skipped without a built helm or Go to build it. */
export const describeWithHelm = isHelmBuilt() || hasGo ? describe : describe.skip;

/** The same for tests that also start a cluster of their own. */
export const describeOnOwnBedWithHelm =
  process.env.GMSA_TEST_CLUSTER === undefined ? describeWithHelm : describe.skip;
