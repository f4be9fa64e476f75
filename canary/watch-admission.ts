/**
 * The canary: tests every minute whether GMSA is still checked. Otherwise, a deleted webhook
 * configuration or policy would go unnoticed until someone runs `gmsa doctor`.
 *
 * It is a separate program. Its only right is to create Pods, as dry runs, in two namespaces that are
 * not used for anything else. Nothing depends on it.
 */
import { pino } from "pino";
import { setTimeout as sleep } from "node:timers/promises";

import { loadKubeConfig } from "../kube/client";
import { PROBE_DEADLINE_MS, tryPod } from "../kube/try-pod";
import { createEvent } from "../kube/events";
import { CANARY } from "../kube/installation-names";
import { whyMisplaced } from "../kube/own-place";
import { webhookPort } from "../kube/webhook-port";
import { probesOf } from "../rules/canary/round";
import { CanaryMetrics } from "../telemetry/canary-metrics";
import { serveMetrics } from "../telemetry/metrics-server";
import { Canary } from "./rounds";
import { readCanarySettings } from "./settings";

/** In intervals. Longer than the longest pause plus a round without an answer. */
const STALE_AFTER = 10;

/** Runs until SIGTERM. */
export async function watchAdmission(): Promise<void> {
  const log = pino({ level: process.env.LOG_LEVEL ?? "info" });
  process.once("SIGTERM", () => {
    process.exit(0);
  });
  const why = whyMisplaced(process.env, CANARY);
  if (why !== undefined) {
    log.fatal(why);
    process.exit(1);
  }
  const { namespaces, credspec, intervalMs } = readCanarySettings(process.env);
  const kubeConfig = loadKubeConfig({ deadlineMs: PROBE_DEADLINE_MS });
  const metrics = new CanaryMetrics();
  const world = {
    tryPod: (probe: Parameters<typeof tryPod>[1]) => tryPod(kubeConfig, probe),
    tell: (event: Parameters<typeof createEvent>[1]) => createEvent(kubeConfig, event, new Date()),
    now: () => new Date(),
    webhookPort: webhookPort(process.env),
  };
  const canary = new Canary(probesOf(namespaces, credspec), world, metrics, log);
  let lastRound = performance.now();
  const isAlive = (): boolean =>
    performance.now() - lastRound < STALE_AFTER * intervalMs + PROBE_DEADLINE_MS;
  serveMetrics({ text: () => metrics.text(), isAlive }, why => {
    log.warn({ why }, "The metrics are not served");
  });
  for (;;) {
    const start = performance.now();
    const intervals = await canary.round();
    lastRound = performance.now();
    await sleep(Math.max(1000, intervals * intervalMs - (lastRound - start)));
  }
}
