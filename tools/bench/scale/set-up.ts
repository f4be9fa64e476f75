/** Fills the cluster. */
import type { Log } from "../../../testbed/process/log";
import type { ApiServer } from "../api-server";
import type { Stage } from "./population";

/** Number of requests in flight. */
const CONCURRENCY = 64;
const PROGRESS_EVERY_MS = 5000;

/**
 * Creates all objects, stage by stage, many at a time.
 *
 * @throws if one of them cannot be created.
 */
export async function setUp(api: ApiServer, stages: readonly Stage[], log: Log): Promise<void> {
  for (const stage of stages) {
    const start = performance.now();
    await createAll(api, stage, log);
    const seconds = (performance.now() - start) / 1000;
    log(`${stage.count} ${stage.kind} in ${seconds.toFixed(1)} s`);
  }
}

async function createAll(api: ApiServer, stage: Stage, log: Log): Promise<void> {
  const { kind, count, creation } = stage;
  let next = 0;
  const progress = setInterval(() => {
    log(`${next} of ${count} ${kind}`);
  }, PROGRESS_EVERY_MS);
  const work = async (): Promise<void> => {
    while (next < count) {
      const { path, body } = creation(next++);
      await api.sendOk({ method: "POST", path, body: JSON.stringify(body) });
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } finally {
    clearInterval(progress);
  }
}
