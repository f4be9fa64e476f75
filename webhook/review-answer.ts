/** Puts into an AdmissionReview what Pepr leaves out of it. */
import type { ServerResponse } from "node:http";

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

/** What Express makes of a response. */
type Sending = ServerResponse & { send?: (body: unknown) => unknown };

/**
 * Completes the review that will be sent as this response. Pepr hands it to Express' `send` as an object.
 * By then it has rebuilt Validate's answer: one status code for every refusal, and of what the binding
 * answered only the message.
 */
export function completeReview(response: ServerResponse): void {
  (response as Sending).send = body => {
    // Below it is Express' own, which calls itself once more with the text.
    Reflect.deleteProperty(response, "send");
    complete(body as AnsweredReview | string | null);
    return (response as Sending).send?.(body);
  };
}

function complete(review: AnsweredReview | string | null): void {
  if (typeof review !== "object" || review?.response === undefined) return;
  const { response } = review;
  const note = answerNotes.take(response.uid);
  if (note?.auditAnnotations !== undefined) {
    response.auditAnnotations = { ...response.auditAnnotations, ...note.auditAnnotations };
  }
  if (note?.refusal !== undefined && !response.allowed) {
    const { code, causes } = note.refusal;
    response.status = { ...response.status, code, details: { causes } };
  }
}
