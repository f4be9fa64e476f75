/** Sends a request again while the API server does not answer it. */
import { setTimeout as sleep } from "node:timers/promises";

import { errorText } from "../../../testbed/process/log";
import type { Answered, ApiServer, Asked } from "../api-server";

/** How long to try. */
export interface Patience {
  /** Milliseconds before the second attempt; twice as long before each further one. */
  firstPause: number;
  /** Milliseconds after which a failed attempt is the last one. */
  end: number;
}

const PATIENCE: Patience = { firstPause: 100, end: 30_000 };

/** The statuses with which an API server asks its client to try again. */
const BUSY = [429, 500, 502, 503, 504];

/**
 * The outcome of an earlier attempt whose response was lost: the object was created, or deleted, by
 * that attempt.
 */
const DONE_BEFORE: Partial<Record<Asked["method"], number>> = { POST: 409, DELETE: 404 };

/** Repeats requests up to a limit, with pauses that double. */
export class PersistentApi {
  /** Number of requests that were sent again. */
  repeated = 0;

  constructor(
    private readonly api: Pick<ApiServer, "send">,
    private readonly signal: AbortSignal,
    private readonly patience = PATIENCE,
  ) {}

  /**
   * Sends a request until it is answered.
   *
   * @returns the body; that of an error if an earlier attempt has already had the effect.
   * @throws if it is refused, or not answered in time. Whether it had an effect is then unknown.
   */
  async sendOk(asked: Asked): Promise<Buffer> {
    const { firstPause, end } = this.patience;
    const last = performance.now() + end;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#answerTo(asked);
      if (!("why" in answer)) {
        const { status, content } = answer;
        const isDone = attempt > 0 && status === DONE_BEFORE[asked.method];
        if (isDone || (status >= 200 && status <= 299)) return content;
      }
      const pause = firstPause * 2 ** attempt;
      if (!mayRepeat(answer) || performance.now() + pause > last) throw failureOf(asked, answer);
      this.repeated++;
      await sleep(pause, undefined, { signal: this.signal });
    }
  }

  async #answerTo(asked: Asked): Promise<Answered | { why: string }> {
    try {
      return await this.api.send(asked);
    } catch (error) {
      this.signal.throwIfAborted();
      return { why: errorText(error) };
    }
  }
}

function mayRepeat(answer: Answered | { why: string }): boolean {
  return "why" in answer || BUSY.includes(answer.status);
}

function failureOf({ method, path }: Asked, answer: Answered | { why: string }): Error {
  const why = "why" in answer ? answer.why : `HTTP ${answer.status}: ${answer.content.toString()}`;
  return new Error(`${method} ${path}: ${why}`);
}
