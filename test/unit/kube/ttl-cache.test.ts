import { TtlCache } from "../../../kube/ttl-cache";

interface Answer {
  number: number;
  keep: boolean;
}

/** A cache whose calls are answered by the test. */
function memoryWithQuestions(options: { ttl?: number; max?: number; onHit?: () => void } = {}): {
  memory: TtlCache<string, Answer>;
  questions: ((answer: Answer | Error) => void)[];
} {
  const questions: ((answer: Answer | Error) => void)[] = [];
  const memory = new TtlCache<string, Answer>({
    ttl: options.ttl ?? 1000,
    max: options.max ?? 10,
    onHit: options.onHit,
    mayRemember: ({ keep }) => keep,
    ask: () =>
      new Promise((resolve, reject) => {
        questions.push(answer => {
          if (answer instanceof Error) {
            reject(answer);
          } else {
            resolve(answer);
          }
        });
      }),
  });
  return { memory, questions };
}

describe("ShortMemory", () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0, doNotFake: ["queueMicrotask", "nextTick"] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  test("gives a remembered answer without asking", async () => {
    const { memory, questions } = memoryWithQuestions();
    const first = memory.answer("q", "q");
    questions[0]?.({ number: 1, keep: true });
    await first;
    jest.advanceTimersByTime(900);
    await expect(memory.answer("q", "q")).resolves.toEqual({ number: 1, keep: true });
    expect(questions).toHaveLength(1);
  });

  test("forgets after its time, counted from the question and not from the answer", async () => {
    const { memory, questions } = memoryWithQuestions();
    const first = memory.answer("q", "q");
    jest.advanceTimersByTime(700);
    questions[0]?.({ number: 1, keep: true });
    await first;
    jest.advanceTimersByTime(400);
    const second = memory.answer("q", "q");
    questions[1]?.({ number: 2, keep: true });
    await expect(second).resolves.toMatchObject({ number: 2 });
  });

  test("asks once for all callers that come while the question is open", async () => {
    const { memory, questions } = memoryWithQuestions();
    const answers = Promise.all([memory.answer("q", "q"), memory.answer("q", "q")]);
    questions[0]?.({ number: 1, keep: false });
    await expect(answers).resolves.toEqual([
      { number: 1, keep: false },
      { number: 1, keep: false },
    ]);
    expect(questions).toHaveLength(1);
  });

  test("does not remember answers that must not be cached", async () => {
    const { memory, questions } = memoryWithQuestions();
    const first = memory.answer("q", "q");
    questions[0]?.({ number: 1, keep: false });
    await first;
    const second = memory.answer("q", "q");
    questions[1]?.({ number: 2, keep: false });
    await expect(second).resolves.toMatchObject({ number: 2 });
  });

  test("an answer that may not be remembered drops the one that was", async () => {
    const { memory, questions } = memoryWithQuestions();
    const first = memory.answer("q", "q");
    questions[0]?.({ number: 1, keep: true });
    await first;
    const fresh = memory.answer("q", "q", { fresh: true });
    questions[1]?.({ number: 2, keep: false });
    await fresh;
    const third = memory.answer("q", "q");
    questions[2]?.({ number: 3, keep: true });
    await expect(third).resolves.toMatchObject({ number: 3 });
  });

  test("asks again when a fresh answer is wanted, and remembers that one", async () => {
    const { memory, questions } = memoryWithQuestions();
    const first = memory.answer("q", "q");
    questions[0]?.({ number: 1, keep: true });
    await first;
    const fresh = memory.answer("q", "q", { fresh: true });
    questions[1]?.({ number: 2, keep: true });
    await expect(fresh).resolves.toMatchObject({ number: 2 });
    await expect(memory.answer("q", "q")).resolves.toMatchObject({ number: 2 });
  });

  test("passes a failure on to everyone, and asks again afterwards", async () => {
    const { memory, questions } = memoryWithQuestions();
    const answers = [memory.answer("q", "q"), memory.answer("q", "q")];
    questions[0]?.(new Error("broken"));
    for (const answer of answers) {
      await expect(answer).rejects.toThrow("broken");
    }
    const next = memory.answer("q", "q");
    questions[1]?.({ number: 2, keep: true });
    await expect(next).resolves.toMatchObject({ number: 2 });
  });

  test("questions beyond its size are answered all the same", async () => {
    const { memory, questions } = memoryWithQuestions({ max: 2 });
    const answers = ["a", "b", "c", "d"].map(key => memory.answer(key, key));
    questions.forEach((give, number) => {
      give({ number, keep: true });
    });
    await expect(Promise.all(answers)).resolves.toHaveLength(4);
  });

  test("reports answers that are remembered or pending, and not questions that were asked", async () => {
    const onHit = jest.fn();
    const { memory, questions } = memoryWithQuestions({ onHit });
    const both = Promise.all([memory.answer("a", "a"), memory.answer("a", "a")]);
    questions[0]?.({ number: 1, keep: true });
    await both;
    expect(onHit).toHaveBeenCalledTimes(1);

    await memory.answer("a", "a");
    expect(onHit).toHaveBeenCalledTimes(2);

    const again = memory.answer("a", "a", { fresh: true });
    questions[1]?.({ number: 2, keep: false });
    await again;
    expect(onHit).toHaveBeenCalledTimes(2);
    expect(questions).toHaveLength(2);
  });
});
