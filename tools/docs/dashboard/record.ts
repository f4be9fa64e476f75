/**
 * `npm run docs:dashboard`: draws docs/images/dashboard.svg from a real run.
 *
 * Starts a cluster with two replicas and a Prometheus, generates load for a while, runs the queries
 * of the dashboard's panels, and draws the results. The picture is not a screenshot of Grafana.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";

import { startBed } from "../../../testbed/bed/local-bed";
import { startPrometheus } from "../../../testbed/addons/prometheus";
import { MANIFEST } from "../../../testbed/manifests/built-manifest";
import { positive, progressOf, runProgram } from "../../../testbed/bed-program";
import { builtManifest } from "../../build/build";
import { readDashboard } from "./dashboard";
import { live, settle } from "./life";
import { panelData, type DrawnPanel } from "./panel-data";
import { drawPanels } from "./draw-panels";

const PICTURE = resolve(__dirname, "../../../docs/images/dashboard.svg");
const INTERVAL_SECONDS = 2;
const RATE_INTERVAL_SECONDS = 20;
/** More points would only make the file larger. */
const MAX_POINTS = 150;

interface Options {
  minutes: number;
  build: boolean;
}

const log = progressOf("docs:dashboard");

async function record(
  manifest: string,
  minutes: number,
  signal: AbortSignal,
): Promise<DrawnPanel[]> {
  const bed = await startBed({ log });
  try {
    signal.throwIfAborted();
    await bed.install(manifest, { replicas: 2 });
    const objects = await settle(bed);
    const prometheus = await startPrometheus(bed, { intervalSeconds: INTERVAL_SECONDS, log });
    try {
      log(`${minutes} minutes of life`);
      const start = Date.now() / 1000;
      await live({ bed, objects, signal }, minutes * 60_000);
      const end = Date.now() / 1000;
      const step = Math.max(INTERVAL_SECONDS, Math.ceil((end - start) / MAX_POINTS));
      const range = { start, end, step };
      const times = { range: Math.round(end - start), rateInterval: RATE_INTERVAL_SECONDS };
      return await panelData(prometheus, readDashboard(), { range, times });
    } finally {
      await prometheus.stop();
    }
  } finally {
    await bed.stop();
  }
}

async function main({ minutes, build }: Options, signal: AbortSignal): Promise<void> {
  const manifest = build ? await builtManifest(log) : MANIFEST;
  signal.throwIfAborted();
  const shown = await record(manifest, minutes, signal);
  const { title } = readDashboard();
  const caption =
    `${minutes} minutes of two replicas on a test cluster, scraped every ${INTERVAL_SECONDS} s. ` +
    "Drawn from the dashboard's own queries and Prometheus' answers, not a screenshot of Grafana.";
  mkdirSync(dirname(PICTURE), { recursive: true });
  writeFileSync(PICTURE, drawPanels(title, caption, shown));
  log(`wrote ${PICTURE}`);
}

function parseOptions(): Options {
  return new Command("npm run docs:dashboard --")
    .description("Draws the Grafana dashboard from a run of the webhook on a separate cluster.")
    .option("--minutes <number>", "how long the run lasts", positive, 5)
    .option("--no-build", "use dist/ as it is")
    .parse()
    .opts<Options>();
}

runProgram(signal => main(parseOptions(), signal), log);
