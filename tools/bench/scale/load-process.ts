import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import type { LoadOrder } from "./load-worker";
import type { Answer } from "./verdict";

/**
 * Runs the load in a process of its own, so that neither it nor this one waits for the other, and
 * its CPU time can be told.
 *
 * vegeta, which makes the load of the other benchmark, keeps no bodies that long, and takes all
 * Pods from a list that is written beforehand.
 */
export class LoadProcess {
  readonly answers: Answer[] = [];
  /** Resolves when all answers are here; rejects if it ended too early. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  constructor(order: LoadOrder, signal: AbortSignal) {
    const child = fork(join(__dirname, "load-worker.ts"), [JSON.stringify(order)], {
      signal,
      killSignal: "SIGKILL",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    child.on("message", message => {
      for (const answer of message as Answer[]) this.answers.push(answer);
    });
    this.ended = new Promise((done, fail) => {
      child.once("error", fail);
      child.once("close", (code, killed) => {
        if (code === 0) done();
        else fail(new Error(`the load ended with ${killed ?? `exit code ${String(code)}`}`));
      });
    });
    // Whoever waits for it gets the error.
    this.ended.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }
}
