/** Adds fields to an AdmissionReview that Pepr leaves out. */
import { answerNotes } from "../capabilities/answer-notes";

/** The fields of an admission/v1 AdmissionReview that are added or read. */
export interface AnsweredReview {
  response?: {
    uid: string;
    allowed: boolean;
    status?: { code?: number; message?: string; details?: object };
    auditAnnotations?: Record<string, string>;
  };
}

/**
 * Completes an answer of Pepr. For refusals, Pepr keeps only the binding's message and always sets the
 * same status code.
 */
export function completeReview({ response }: AnsweredReview): void {
  if (response === undefined) return;
  const note = answerNotes.take(response.uid);
  if (note?.auditAnnotations !== undefined) {
    response.auditAnnotations = { ...response.auditAnnotations, ...note.auditAnnotations };
  }
  if (note?.refusal !== undefined && !response.allowed) {
    const { code, causes } = note.refusal;
    response.status = { ...response.status, code, details: { causes } };
  }
}
