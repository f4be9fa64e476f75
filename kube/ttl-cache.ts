import { LRUCache } from "lru-cache";

/** An answer that must not be remembered, on its way to those who wait for it. */
class NotToRemember<Answer> extends Error {
  constructor(readonly answer: Answer) {
    super("not to remember");
  }
}

/** How long and how much is remembered. */
export interface MemoryOptions<Key, Answer> {
  /** Milliseconds from the moment that the question was asked. */
  ttl: number;
  /** The largest number of answers kept; the least recently used one goes first. */
  max: number;
  /** Asks the question. */
  ask: (key: Key) => Promise<Answer>;
  /** Whether this answer may be given again. */
  mayRemember: (answer: Answer) => boolean;
  /** Told of each question that needed no asking: remembered, or on its way for somebody else. */
  onHit?: () => void;
}

/** A question on its way into the memory. */
interface Question<Key> {
  key: Key;
  asked: boolean;
}

/**
 * Remembers answers for a moment. While a question is under way, nobody asks it again: whoever
 * comes in the meantime gets the same answer.
 */
export class TtlCache<Key, Answer extends object> {
  readonly #answers: LRUCache<string, Answer, Question<Key>>;
  readonly #onHit: () => void;

  constructor({ ttl, max, ask, mayRemember, onHit }: MemoryOptions<Key, Answer>) {
    this.#onHit = onHit ?? ((): void => undefined);
    this.#answers = new LRUCache<string, Answer, Question<Key>>({
      ttl,
      max,
      // A question that others wait for is not given up because the memory is full.
      ignoreFetchAbort: true,
      // One clock for the age of answers and for the time that a question takes.
      perf: { now: () => performance.now() },
      fetchMethod: async (_text, _stale, { context, options }) => {
        const asked = performance.now();
        context.asked = true;
        const answer = await ask(context.key);
        if (!mayRemember(answer)) throw new NotToRemember(answer);
        // Counted from the question: what changed in the cluster since then is not in the answer.
        options.ttl = Math.max(1, ttl - (performance.now() - asked));
        return answer;
      },
    });
  }

  /**
   * The answer to a question.
   *
   * @param text tells this question from every other.
   * @param options.fresh asks again even if the answer is remembered.
   * @throws whatever `ask` rejects with.
   */
  async answer(text: string, key: Key, options: { fresh?: boolean } = {}): Promise<Answer> {
    const question = { key, asked: false };
    try {
      return await this.#answers.forceFetch(text, {
        context: question,
        forceRefresh: options.fresh ?? false,
      });
    } catch (error) {
      if (error instanceof NotToRemember) return error.answer as Answer;
      throw error;
    } finally {
      if (!question.asked) {
        this.#onHit();
      }
    }
  }
}
