import { NODE_STAGE_SKIPPED } from "./shared-node";

/** `describe` for tests on a real node; reported as skipped where a node is not possible. */
export const describeOnNode =
  process.env[NODE_STAGE_SKIPPED] === undefined ? describe : describe.skip;
