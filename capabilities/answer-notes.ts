/**
 * Fields for the API server that Pepr leaves out of its answers. The bindings store them by the uid of
 * the request, and webhook/review-answer.ts adds them to the answer.
 */
import { LRUCache } from "lru-cache";

import type { StatusCause } from "../rules/admission/causes";

/** The most requests that are waiting for their answer; far more than there are at any time. */
const MOST_NOTES = 1000;

/** A refusal for the Status that the API server returns. */
export interface RefusalNote {
  /** HTTP status. */
  code: number;
  causes: StatusCause[];
}

/** The stored fields for one answer. */
export interface AnswerNote {
  refusal?: RefusalNote;
  /**
   * Audit annotations. The API server prefixes each key with the name of the webhook:
   * `pepr-gmsa.pepr.dev/credspecs`.
   */
  auditAnnotations?: Record<string, string>;
}

/** Passes notes from the bindings to the answer, which Pepr builds. */
export class AnswerNotes {
  readonly #notes = new LRUCache<string, AnswerNote>({ max: MOST_NOTES });

  /** @param uid the uid of the request. */
  add(uid: string, note: AnswerNote): void {
    this.#notes.set(uid, { ...this.#notes.get(uid), ...note });
  }

  /** Returns the note for a request and removes it. */
  take(uid: string): AnswerNote | undefined {
    const note = this.#notes.get(uid);
    this.#notes.delete(uid);
    return note;
  }
}

/** The notes of this process. */
export const answerNotes = new AnswerNotes();
