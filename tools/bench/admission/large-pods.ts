/**
 * Large Pods at once: how long each takes, and whether a webhook's timeout is reached. The API server writes
 * the Pod for each webhook call with every `<` as six bytes, which takes most of the time.
 */
import type { V1Pod } from "@kubernetes/client-node";

import type { Bed } from "../../../testbed/bed/bed";
import type { Log } from "../../../testbed/process/log";
import { ApiServer } from "../api-server";
import { DRY_RUN_PATH, PODS } from "../cases";
import { percentile } from "../statistics";
import { SIDES, type ModuleSwitch, type Side } from "./module-switch";

/** Nearly as much as one request to the API server may have. */
const CHARACTERS = 2_900_000;
const CREATED = 201;

/** The Pods of one side, in all rounds. */
export interface LargePods {
  side: Side;
  /** Seconds of each Pod, ascending. */
  seconds: number[];
  failures: number;
}

/** A Pod with one reference, whose review is 18 MB. */
function largePod(): V1Pod {
  const pod = structuredClone(PODS["one reference"]);
  for (const container of pod.spec?.containers.slice(0, 1) ?? []) {
    container.env = [{ name: "TEXT", value: "<".repeat(CHARACTERS) }];
  }
  return pod;
}

/**
 * Creates so many Pods at once, as a dry run, with each side in turn.
 *
 * @param extent `count` is the number of Pods at once.
 */
export async function measureLargePods(
  { bed, moduleSwitch, log }: { bed: Bed; moduleSwitch: ModuleSwitch; log: Log },
  { count, rounds }: { count: number; rounds: number },
  signal: AbortSignal,
): Promise<LargePods[]> {
  const body = JSON.stringify(largePod());
  const server = await ApiServer.of(bed.kubeConfig, signal);
  const create = async (): Promise<{ seconds: number; status: number }> => {
    const start = performance.now();
    const { status } = await server.send({ method: "POST", path: DRY_RUN_PATH, body });
    return { seconds: (performance.now() - start) / 1000, status };
  };
  const all = SIDES.map((side): LargePods => ({ side, seconds: [], failures: 0 }));
  for (let round = 1; round <= rounds; round++) {
    for (const each of all) {
      await moduleSwitch.turn(each.side);
      const pods = await Promise.all(Array.from({ length: count }, create));
      each.seconds.push(...pods.map(({ seconds }) => seconds));
      each.failures += pods.filter(({ status }) => status !== CREATED).length;
      log(`large Pods, round ${round}/${rounds}: ${each.side}`);
    }
  }
  return all.map(each => ({ ...each, seconds: each.seconds.sort((a, b) => a - b) }));
}

/** Median and greatest time in seconds, as cells of a table. */
export function timesOf({ seconds }: LargePods): string[] {
  return [percentile(seconds, 0.5), seconds.at(-1) ?? NaN].map(time => time.toFixed(1));
}
