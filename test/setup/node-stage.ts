import { NODE_STAGE_SKIPPED } from "./shared-node";

/** `describe` for tests on a real node; where there can be none they are reported as skipped. */
export const describeOnNode =
  process.env[NODE_STAGE_SKIPPED] === undefined ? describe : describe.skip;
