/** A constant load of valid and invalid Pods, whose results are all checked. */
import { isDeepStrictEqual } from "node:util";

import { gmsaPlacesOf } from "../../rules/pod/windows-options";
import type { PodLike } from "../../rules/pod/windows-options";
import type { CompletePod } from "../../testbed/objects/pods";
import { eventually } from "../../testbed/objects/eventually";
import type { Objects, Outcome } from "../../testbed/objects/cluster-objects";

/** A Pod and its expected result. */
export interface LoadCase {
  title: string;
  pod: CompletePod;
  /**
   * The expected refusal; undefined if the Pod should be admitted. A reason in the causes; or words of the
   * message, because other webhooks do not give causes.
   */
  refusal?: { reason: string } | { words: RegExp };
}

/** A result that differs from the expected one. */
export interface Surprise {
  title: string;
  phase: string;
  /** The refusal's message, or the contents with which the Pod was admitted. */
  came: string;
}

/** Creates the cases repeatedly in several parallel loops, as dry runs. */
export class GuardedLoad {
  readonly surprises: Surprise[] = [];
  /** Numbers of Pods by phase and title. */
  readonly counts: Record<string, Record<string, number>> = {};
  #cases: readonly LoadCase[] = [];
  #phase = "";
  #next = 0;
  #running: Promise<unknown> | undefined;
  #stopped = false;

  /** @param contents by credential spec, as objects. */
  constructor(
    private readonly objects: Objects,
    private readonly contents: Readonly<Record<string, unknown>>,
  ) {}

  /** Switches to these cases; a Pod in flight still counts for the previous phase. */
  enter(phase: string, cases: readonly LoadCase[]): void {
    this.#phase = phase;
    this.#cases = cases;
    this.counts[phase] = Object.fromEntries(cases.map(({ title }) => [title, 0]));
  }

  /** @param workers number of Pods in flight. */
  start(workers: number): void {
    this.#running = Promise.all(Array.from({ length: workers }, () => this.#work()));
    // `stop` rethrows it.
    this.#running.catch(() => undefined);
  }

  /** Waits until every case of this phase has had its result `times` times. */
  async settled(times: number): Promise<void> {
    const phase = this.#phase;
    await eventually(
      () => Promise.resolve(this.counts[phase] ?? {}),
      counts => Object.values(counts).every(count => count >= times),
      30_000,
    );
  }

  /** Ends the load; rejects if a Pod could not be sent at all. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const phase = this.#phase;
      const one = this.#cases[this.#next++ % this.#cases.length];
      if (one === undefined) throw new Error("no cases to create");
      const outcome = await this.objects.createPod(one.pod, { dryRun: true });
      const came = this.#surprising(one, outcome);
      if (came !== undefined) this.surprises.push({ title: one.title, phase, came });
      const counts = this.counts[phase];
      if (counts) counts[one.title] = (counts[one.title] ?? 0) + 1;
    }
  }

  #surprising({ refusal }: LoadCase, outcome: Outcome): string | undefined {
    if (!outcome.admitted) {
      return refusal !== undefined && isDue(outcome, refusal) ? undefined : outcome.message;
    }
    const wrong = this.#unfilled(outcome.pod);
    if (refusal === undefined && wrong.length === 0) return undefined;
    return `admitted ${JSON.stringify(wrong)}`;
  }

  /** The places that name a credential spec but do not have its contents. */
  #unfilled(pod: PodLike): unknown[] {
    return gmsaPlacesOf(pod).filter(
      ({ credspecName, contents }) =>
        contents === "" || !isDeepStrictEqual(JSON.parse(contents), this.contents[credspecName]),
    );
  }
}

function isDue(
  { message, causes }: Extract<Outcome, { admitted: false }>,
  due: NonNullable<LoadCase["refusal"]>,
): boolean {
  if ("words" in due) return due.words.test(message);
  return causes.length > 0 && causes.every(({ reason }) => reason === due.reason);
}
