/** Puts into an AdmissionReview what Pepr leaves out of it. */
import { answerNotes } from "../capabilities/answer-notes";

/** The part of an admission/v1 AdmissionReview that is completed. */
export interface AnsweredReview {
  response?: {
    uid: string;
    allowed: boolean;
    status?: { code?: number; message?: string; details?: object };
    auditAnnotations?: Record<string, string>;
  };
}

/**
 * Completes a review that Pepr has answered. It has rebuilt Validate's answer: one status code for every
 * refusal, and of what the binding answered only the message.
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
