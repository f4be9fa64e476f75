/** A constant load of GMSA Pods, and the result of each create. */
import type { Bed } from "../../testbed/bed/bed";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { Objects } from "../../testbed/objects/cluster-objects";
import type { Outcome } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

/** Parameters of the load. */
export interface LoadOptions {
  /** Number of creates in flight; default 16. */
  concurrency?: number;
  /** Minimum duration in seconds; default 60. */
  seconds?: number;
}

/** A create whose response was not an admitted Pod. */
export interface Failure {
  /** Milliseconds from the start of the load to the response. */
  at: number;
  message: string;
}

/** The results of all creates. */
export interface LoadReport {
  /** Seconds. */
  duration: number;
  /** Number of Pods admitted with the contents of the named credential spec. */
  admitted: number;
  /** Milliseconds from the start at which Pods were admitted without those contents. */
  unchecked: number[];
  failures: Failure[];
  /** Milliseconds: the longest time without an admitted Pod. */
  longestPause: number;
}

const NAMESPACE = "gmsa-load";
const CREDSPEC = "load";
const CONTENTS = validContents();

/** Milliseconds of load before and after the tested action. */
const LEAD_MS = 3000;

/** Creates GMSA Pods as dry runs, which run all of admission but store nothing. */
export class PodLoad {
  readonly #objects: Objects;

  private constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Creates the objects that the Pods need: namespace, credential spec, service account and grant. */
  static async prepare(bed: Bed): Promise<PodLoad> {
    const objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec(CREDSPEC, validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: NAMESPACE,
      credspecs: [CREDSPEC],
    });
    return new PodLoad(objects);
  }

  /** Deletes these objects. */
  async remove(): Promise<void> {
    await this.#objects.deleteCredspec(CREDSPEC);
    await this.#objects.rbac.deleteClusterRole({ name: NAMESPACE });
    await this.#objects.core.deleteNamespace({ name: NAMESPACE });
  }

  /** Creates one Pod like those of the load. */
  create(): Promise<Outcome> {
    const pod = podOf(NAMESPACE, "load", { serviceAccount: "web", credspec: CREDSPEC });
    return this.#objects.createPod(pod, { dryRun: true });
  }

  /**
   * Keeps the load running from before `act` until after it, and at least for the given duration.
   * @throws the error of `act`, after the load has ended
   */
  async during(act: () => Promise<void>, options: LoadOptions = {}): Promise<LoadReport> {
    const { concurrency = 16, seconds = 60 } = options;
    const recorder = new Recorder();
    let isOver = false;
    const work = async (): Promise<void> => {
      while (!isOver) await this.#createOne(recorder);
    };
    const workers = Promise.all(Array.from({ length: concurrency }, work));
    try {
      await wait(LEAD_MS);
      await act();
      await wait(Math.max(LEAD_MS, seconds * 1000 - recorder.elapsed));
    } finally {
      isOver = true;
      await workers;
    }
    return recorder.report();
  }

  async #createOne(recorder: Recorder): Promise<void> {
    try {
      recorder.add(await this.create());
    } catch (error) {
      // The connection to the API server itself failed.
      recorder.fail(error instanceof Error ? error.message : String(error));
    }
  }
}

class Recorder {
  readonly #start = performance.now();
  readonly #unchecked: number[] = [];
  readonly #failures: Failure[] = [];
  #admitted = 0;
  #lastAdmitted = 0;
  #longestPause = 0;

  /** Milliseconds. */
  get elapsed(): number {
    return performance.now() - this.#start;
  }

  add(outcome: Outcome): void {
    if (!outcome.admitted) {
      this.fail(outcome.message);
      return;
    }
    const { spec } = outcome.pod;
    if (spec?.securityContext?.windowsOptions?.gmsaCredentialSpec === CONTENTS) this.#admitted++;
    else this.#unchecked.push(this.elapsed);
    this.#notePause();
  }

  fail(message: string): void {
    this.#failures.push({ at: this.elapsed, message });
  }

  report(): LoadReport {
    this.#notePause();
    return {
      duration: this.elapsed / 1000,
      admitted: this.#admitted,
      unchecked: this.#unchecked,
      failures: this.#failures,
      longestPause: this.#longestPause,
    };
  }

  #notePause(): void {
    const now = this.elapsed;
    this.#longestPause = Math.max(this.#longestPause, now - this.#lastAdmitted);
    this.#lastAdmitted = now;
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** The report in one line, plus one line for each kind of failure with its count and times. */
export function describeLoad({
  duration,
  admitted,
  unchecked,
  failures,
  longestPause,
}: LoadReport): string {
  const total = admitted + unchecked.length + failures.length;
  const kinds = new Map<string, Failure[]>();
  for (const failure of failures) {
    // Ports and ids differ between messages.
    const kind = failure.message.replace(/:\d+/g, ":*").slice(0, 300);
    kinds.set(kind, [...(kinds.get(kind) ?? []), failure]);
  }
  const seconds = (milliseconds = 0): string => (milliseconds / 1000).toFixed(1);
  return [
    `${total} creates in ${duration.toFixed(1)} s: ${admitted} admitted, ` +
      `${unchecked.length} unchecked, ${failures.length} failed; ` +
      `longest pause ${seconds(longestPause)} s`,
    ...[...kinds].map(
      ([kind, { length, ...all }]) =>
        `  ${length} x from ${seconds(all[0]?.at)} s to ${seconds(all[length - 1]?.at)} s: ${kind}`,
    ),
  ].join("\n");
}
