/**
 * What an answer says beside what Pepr's own answers have: the API server reads it, and Pepr leaves it
 * out. The bindings write it down by the request's uid; webhook/review-answer.ts puts it into the answer.
 */
import { LRUCache } from "lru-cache";

import type { StatusCause } from "../rules/admission/causes";

/** Requests between the rules and their answer; far more than are under way at any time. */
const MOST_NOTES = 1000;

/** A refusal, as the API server hands it on in the Status that it answers. */
export interface RefusalNote {
  /** HTTP status. */
  code: number;
  causes: StatusCause[];
}

/** What is written down of one answer. */
export interface AnswerNote {
  refusal?: RefusalNote;
  /** By keys to which the API server adds the name of the webhook: `pepr-gmsa.pepr.dev/credspecs`. */
  auditAnnotations?: Record<string, string>;
}

/** Carries what the rules say to the answer, which Pepr makes. */
export class AnswerNotes {
  readonly #notes = new LRUCache<string, AnswerNote>({ max: MOST_NOTES });

  /** @param uid of the request. */
  add(uid: string, note: AnswerNote): void {
    this.#notes.set(uid, { ...this.#notes.get(uid), ...note });
  }

  /** What was written down, once. */
  take(uid: string): AnswerNote | undefined {
    const note = this.#notes.get(uid);
    this.#notes.delete(uid);
    return note;
  }
}

/** The notes of this process. */
export const answerNotes = new AnswerNotes();
