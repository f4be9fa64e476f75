/** CPU profiles of the controller and the API server. */
import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Bed } from "../../../testbed/bed/bed";
import { sleep } from "../../../testbed/process/log";
import { getRaw } from "../api-server";
import type { Instruments } from "./measurement";
import { CASES, PODS } from "../cases";

/** Seconds of each profile. */
const SECONDS = 5;

/** The controller writes this file; it is then renamed after the Pod. */
const CONTROLLER_FILE = "controller.cpuprofile";
const WRITTEN_WITHIN_MS = 30_000;

/** Where profiles are taken and written. */
export interface ProfileTarget {
  bed: Bed;
  folder: string;
}

/**
 * Environment variables that let the controller be profiled.
 *
 * @param nodeOptions further options for Node.js.
 */
export function profilingEnvironment(folder: string, nodeOptions: string): Record<string, string> {
  const profiler = JSON.stringify(join(__dirname, "profiler.cjs"));
  return {
    NODE_OPTIONS: `${nodeOptions} --require ${profiler}`.trim(),
    GMSA_BENCH_PROFILE: join(folder, CONTROLLER_FILE),
  };
}

/**
 * Writes two profiles for each Pod, outside the measured time: one of the API server for
 * `go tool pprof`, and one of the controller for the Performance tab of Chrome's developer tools.
 */
export async function profileEach(
  { bed, folder }: ProfileTarget,
  { generator, moduleSwitch, url, log }: Instruments,
  signal: AbortSignal,
): Promise<void> {
  await moduleSwitch.turn("ours");
  for (const name of CASES) {
    log(`profiling: ${name}`);
    const suffix = name.replace(" ", "-");
    const load = { url, body: PODS[name], concurrency: 16, duration: (SECONDS + 1) * 1000 };
    signalControllers(bed);
    const [profile] = await Promise.all([
      getRaw(bed.kubeConfig, `/debug/pprof/profile?seconds=${SECONDS}`, signal),
      generator.attack(load, () => undefined),
    ]);
    signalControllers(bed);
    await writeFile(join(folder, `kube-apiserver-${suffix}.pprof`), profile);
    const written = join(folder, CONTROLLER_FILE);
    await untilThere(written, signal);
    await rename(written, join(folder, `controller-${suffix}.cpuprofile`));
  }
}

function signalControllers(bed: Bed): void {
  for (const replica of bed.controllers?.replicas ?? []) replica.kill("SIGUSR2");
}

async function untilThere(file: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + WRITTEN_WITHIN_MS;
  while (!existsSync(file)) {
    signal.throwIfAborted();
    if (Date.now() > deadline) throw new Error("the controller wrote no profile");
    await sleep(50);
  }
}
