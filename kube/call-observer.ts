import { isConnectionLoss } from "./api-error";

/** How long an answer is cached, in milliseconds. A change is noticed after this time at the latest. */
export const MEMORY_MS = 1000;

/** The kinds of questions to the API server. */
export const CALL_KINDS = ["credspec", "subjectaccessreview", "list", "namespace"] as const;

export type CallKind = (typeof CALL_KINDS)[number];

/** Is called for every question, for statistics. Its methods must neither throw nor take long. */
export interface CallObserver {
  /**
   * The API server was asked. A call that was repeated because its connection broke counts once.
   *
   * @param result the outcome of the answer.
   */
  called(kind: CallKind, result: string, milliseconds: number): void;
  /** The answer was cached. */
  answeredFromMemory(kind: CallKind): void;
}

/** Awaits an answer, and passes its outcome and duration to the observer. */
export async function observed<Answer extends { outcome: string }>(
  kind: CallKind,
  call: Promise<Answer>,
  observer: CallObserver | undefined,
): Promise<Answer> {
  const start = performance.now();
  const answer = await call;
  observer?.called(kind, answer.outcome, performance.now() - start);
  return answer;
}

/**
 * Repeats a call if its connection broke: a kept-alive connection may already be closed, for example
 * after a restart of the API server. The calls only read, so repeating them is harmless.
 */
export async function onceMoreIfLost<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!isConnectionLoss(error)) throw error;
    return await call();
  }
}
