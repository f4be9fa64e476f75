import { hasGo } from "../../testbed/programs/component-crds";
import { describeOnOwnBed } from "./own-bed";

/**
 * `describeOnOwnBed` for what runs on programs that only Go can make. Where there is no Go, they
 * are skipped, and reported as skipped.
 */
export const describeWithGo = hasGo ? describeOnOwnBed : describe.skip;
