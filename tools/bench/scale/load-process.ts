import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import type { LoadOrder } from "./load-worker";
import type { Answer } from "./verdict";

/**
 * Runs the load in a separate process, so that neither waits for the other and its CPU time can be
 * measured.
 *
 * vegeta, which generates the load of the other benchmark, does not keep bodies of this length, and
 * reads all Pods from a list that must exist beforehand.
 */
export class LoadProcess {
  readonly answers: Answer[] = [];
  /** Resolves when all answers have arrived; rejects if the process failed. */
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
    // Prevents an unhandled rejection; callers that await `ended` still get the error.
    this.ended.catch(() => undefined);
  }

  /** Sends no more Pods, and waits for all answers. */
  end(): Promise<void> {
    this.#child.send("end", () => undefined);
    return this.ended;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }
}
