/**
 * `npm run docs:dashboard`: draws docs/images/dashboard.svg from a real run.
 *
 * Starts a cluster with two replicas and a Prometheus, lets it live for a while, asks the queries
 * of the dashboard's panels, and draws what was answered. It is no screenshot of Grafana.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";

import { startBed } from "../../test/cluster/bed";
import { startPrometheus } from "../../test/cluster/prometheus";
import { MANIFEST } from "../../test/process/webhook-bed";
import { build } from "../build";
import { readDashboard } from "./dashboard";
import { live, settle } from "./life";
import { panelData, type ShownPanel } from "./panel-data";
import { drawDashboard } from "./picture";

const PICTURE = resolve(__dirname, "../../docs/images/dashboard.svg");
const INTERVAL_SECONDS = 2;
const RATE_INTERVAL_SECONDS = 20;
/** More would only make the file larger. */
const MAX_POINTS = 150;

async function record(minutes: number): Promise<ShownPanel[]> {
  const bed = await startBed({ replicas: 2, install: MANIFEST, log: console.error });
  try {
    const objects = await settle(bed);
    const prometheus = await startPrometheus(bed, {
      intervalSeconds: INTERVAL_SECONDS,
      log: console.error,
    });
    try {
      console.error(`${minutes} minutes of life`);
      const start = Date.now() / 1000;
      await live(bed, objects, minutes * 60_000);
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

async function main({
  minutes,
  build: isBuilt,
}: {
  minutes: string;
  build: boolean;
}): Promise<void> {
  if (isBuilt) await build();
  const shown = await record(Number(minutes));
  const { title } = readDashboard();
  const caption =
    `${minutes} minutes of two replicas on a test cluster, scraped every ${INTERVAL_SECONDS} s. ` +
    "Drawn from the dashboard's own queries and Prometheus' answers; no screenshot of Grafana.";
  mkdirSync(dirname(PICTURE), { recursive: true });
  writeFileSync(PICTURE, drawDashboard(title, caption, shown));
  console.error(`wrote ${PICTURE}`);
}

new Command("npm run docs:dashboard")
  .description("Draws the Grafana dashboard from a run of the module on a cluster of its own.")
  .option("--minutes <number>", "how long the run lasts", "5")
  .option("--no-build", "use dist/ as it is")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
