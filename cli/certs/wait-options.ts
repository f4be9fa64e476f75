import type { Command } from "commander";

import { parseDuration } from "../duration";

export interface WaitOptions {
  wait: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Five minutes: the kubelet takes up to one and a half, the replicas 40 s. */
export function addWaitOptions(command: Command): Command {
  return command
    .option("--no-wait", "do not wait until it is done")
    .option(
      "--timeout <duration>",
      "how long to wait, such as 90s (default: 5m)",
      parseDuration,
      300_000,
    );
}
