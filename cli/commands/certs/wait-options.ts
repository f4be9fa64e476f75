import { Option } from "commander";
import type { Command } from "commander";

import { describeDuration, parseDuration } from "../../options/option-types";

export interface WaitOptions {
  wait: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** Milliseconds: the kubelet takes up to one and a half minutes, the replicas 40 s. */
const TIMEOUT_MS = 300_000;

export function addWaitOptions(command: Command): Command {
  return command
    .option("--no-wait", "do not wait until it is done")
    .addOption(
      new Option("--timeout <duration>", "how long to wait, such as 90s")
        .argParser(parseDuration)
        .default(TIMEOUT_MS, describeDuration(TIMEOUT_MS)),
    );
}
