import { hasGo } from "../../testbed/programs/component-crds";
import { describeOnOwnBed } from "./own-bed";

/**
 * `describeOnOwnBed` for tests of programs that have to be built with Go; reported as skipped
 * without Go.
 */
export const describeWithGo = hasGo ? describeOnOwnBed : describe.skip;
