import { isConnectionLoss } from "./api-error";

/** Milliseconds that an answer may be given again: the longest that a change goes unnoticed. */
export const MEMORY_MS = 1000;

/** What the API server is asked. */
export const CALL_KINDS = ["credspec", "subjectaccessreview", "list", "namespace"] as const;

export type CallKind = (typeof CALL_KINDS)[number];

/** Is told of every question, for statistics. Must neither throw nor take long. */
export interface CallObserver {
  /**
   * The API server was asked. A call that was repeated because its connection broke is one call.
   *
   * @param result the outcome of the answer.
   */
  called(kind: CallKind, result: string, milliseconds: number): void;
  /** There was no need to ask. */
  answeredFromMemory(kind: CallKind): void;
}

/** Asks, and tells the observer what came of it and how long it took. */
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
 * Repeats a call whose connection broke: a kept-alive connection can turn out to be closed, by an
 * API server that restarted for example. Both calls only ask, so asking twice does no harm.
 */
export async function onceMoreIfLost<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!isConnectionLoss(error)) throw error;
    return await call();
  }
}
