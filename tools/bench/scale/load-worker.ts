/**
 * The load, in a separate process: a closed loop that creates Pods as dry runs and reads each
 * response, until it gets a message. `LoadProcess` forks it and receives the results as messages.
 */
import { bedKubeConfig } from "../../../testbed/control-plane/kubeconfig";
import { errorText } from "../../../testbed/process/log";
import { ApiServer } from "../api-server";
import { PodChooser, type Choice } from "./hot-credspecs";
import { outcomeOf } from "./outcome";
import { podOf, podsPath, type Population } from "./population";
import type { Answer } from "./verdict";

/** The order, passed as JSON in the first argument. */
export interface LoadOrder {
  kubeconfigPath: string;
  population: Population;
  /** Number of requests in flight. */
  concurrency: number;
  /** Number of Pods of the same account and credential spec in a row. */
  podsInARow: number;
}

const REPORT_EVERY_MS = 250;

function now(): number {
  return performance.timeOrigin + performance.now();
}

async function create(
  api: ApiServer,
  population: Population,
  { account, credspec }: Choice,
): Promise<Answer> {
  const path = podsPath(population, account);
  const body = JSON.stringify(podOf(account, credspec));
  const start = now();
  try {
    const answered = await api.send({ method: "POST", path, body });
    const end = now();
    return { account, credspec, start, end, outcome: outcomeOf(answered, credspec) };
  } catch (error) {
    const outcome = { kind: "failed" as const, why: errorText(error) };
    return { account, credspec, start, end: now(), outcome };
  }
}

function report(answers: readonly Answer[]): Promise<void> {
  return new Promise(done => {
    process.send?.(answers, () => {
      done();
    });
  });
}

async function main(order: LoadOrder): Promise<void> {
  const api = await ApiServer.of(bedKubeConfig(order.kubeconfigPath));
  const chooser = new PodChooser(order.population, order.podsInARow);
  let isOver = false;
  process.once("message", () => {
    isOver = true;
  });
  const answers: Answer[] = [];
  const loops = Array.from({ length: order.concurrency }, async () => {
    while (!isOver) answers.push(await create(api, order.population, chooser.next()));
  });
  const reporting = setInterval(() => void report(answers.splice(0)), REPORT_EVERY_MS);
  await Promise.all(loops);
  clearInterval(reporting);
  // Messages arrive in the order in which they are sent, so this is the last one.
  await report(answers);
  process.disconnect();
}

// The parent has gone.
process.once("disconnect", () => process.exit());
// Ctrl-C in the terminal reaches this process too; the parent ends it.
process.on("SIGINT", () => undefined);
main(JSON.parse(process.argv[2] ?? "") as LoadOrder).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
