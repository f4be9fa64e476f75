/** CPU profiles of the controller and the API server. */
import type { KubeConfig } from "@kubernetes/client-node";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { getRaw } from "./api-server";
import type { Instruments } from "./measurement";
import { CASES, PODS } from "./workloads";

/** Seconds of each profile of the API server. */
const SECONDS = 5;

/**
 * The environment in which the controller writes its profile when it ends. Open it in the
 * Performance tab of Chrome's developer tools.
 *
 * @param nodeOptions further options of Node.
 */
export function profilingEnvironment(folder: string, nodeOptions: string): Record<string, string> {
  const profiler = JSON.stringify(join(__dirname, "profiler.cjs"));
  return {
    NODE_OPTIONS: `${nodeOptions} --require ${profiler}`.trim(),
    GMSA_BENCH_PROFILES: folder,
  };
}

/** Writes a profile of the API server with each Pod, for `go tool pprof`. */
export async function profileApiServer(
  kubeConfig: KubeConfig,
  { generator, moduleSwitch, url, log }: Instruments,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  await moduleSwitch.turn("with");
  for (const name of CASES) {
    log(`profiling the API server: ${name}`);
    const load = { url, body: PODS[name], concurrency: 16, duration: (SECONDS + 1) * 1000 };
    const [profile] = await Promise.all([
      getRaw(kubeConfig, `/debug/pprof/profile?seconds=${SECONDS}`, signal),
      generator.attack(load, () => undefined),
    ]);
    await writeFile(join(folder, `kube-apiserver-${name.replace(" ", "-")}.pprof`), profile);
  }
}
