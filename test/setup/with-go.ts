import { spawnSync } from "node:child_process";

import { describeOnOwnBed } from "./own-bed";

/**
 * `describeOnOwnBed` for what runs on programs that only Go can make. Where there is no Go, they
 * are skipped, and reported as skipped.
 */
export const describeWithGo =
  spawnSync("go", ["version"], { stdio: "ignore" }).status === 0 ? describeOnOwnBed : describe.skip;
