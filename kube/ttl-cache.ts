import { LRUCache } from "lru-cache";

/** Carries an answer that must not be cached to the callers that wait for it. */
class NotToRemember<Answer> extends Error {
  constructor(readonly answer: Answer) {
    super("not to remember");
  }
}

/** The options of a cache. */
export interface MemoryOptions<Key, Answer> {
  /** The lifetime of an answer, in milliseconds from the moment the question was asked. */
  ttl: number;
  /** The most answers to keep. The least recently used one is removed first. */
  max: number;
  ask: (key: Key) => Promise<Answer>;
  /** Whether this answer may be cached. */
  mayRemember: (answer: Answer) => boolean;
  /**
   * Called for each question that was not asked, because its answer was cached or another caller had
   * already asked.
   */
  onHit?: () => void;
}

interface Question<Key> {
  key: Key;
  asked: boolean;
}

/** Caches answers for a short time. Concurrent callers with the same question share one answer. */
export class TtlCache<Key, Answer extends object> {
  readonly #answers: LRUCache<string, Answer, Question<Key>>;
  readonly #onHit: () => void;

  constructor({ ttl, max, ask, mayRemember, onHit }: MemoryOptions<Key, Answer>) {
    this.#onHit = onHit ?? ((): void => undefined);
    this.#answers = new LRUCache<string, Answer, Question<Key>>({
      ttl,
      max,
      // If the cache is full, a question that callers wait for is not cancelled.
      ignoreFetchAbort: true,
      // Uses the same clock for the age of answers and the duration of a question.
      perf: { now: () => performance.now() },
      fetchMethod: async (_text, _stale, { context, options }) => {
        const asked = performance.now();
        context.asked = true;
        const answer = await ask(context.key);
        if (!mayRemember(answer)) throw new NotToRemember(answer);
        // Counted from the question, because the answer may not include changes after that.
        options.ttl = Math.max(1, ttl - (performance.now() - asked));
        return answer;
      },
    });
  }

  /**
   * Returns the answer to a question.
   *
   * @param text a unique text for the question.
   * @param options.fresh asks again even if the answer is cached.
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
