import type { ServerResponse } from "node:http";

import { answerNotes } from "../../../capabilities/answer-notes";
import { completeReview } from "../../../webhook/review-answer";

/** As Express has it: `send` of an object calls itself with the text. */
class ExpressResponse {
  readonly sent: unknown[] = [];

  send(body: unknown): void {
    if (typeof body === "object" && body !== null) this.send(JSON.stringify(body));
    else this.sent.push(body);
  }
}

/** What the API server would get of what Pepr hands to Express. */
function sentFor(body: unknown): unknown {
  const response = new ExpressResponse();
  completeReview(response as unknown as ServerResponse);
  response.send(body);
  expect(response.sent).toHaveLength(1);
  return response.sent[0];
}

function reviewSent(response: object): unknown {
  return JSON.parse(String(sentFor({ kind: "AdmissionReview", response })));
}

const causes = [{ reason: "NotAuthorized", field: "spec", message: "why" }];
const refusal = { code: 403, causes };

test("a refusal gets its code and its causes, and keeps its message", () => {
  answerNotes.add("1", { refusal, auditAnnotations: { refused: "not authorized" } });
  const status = { code: 422, message: "why" };
  expect(reviewSent({ uid: "1", allowed: false, status })).toEqual({
    kind: "AdmissionReview",
    response: {
      uid: "1",
      allowed: false,
      status: { code: 403, message: "why", details: { causes } },
      auditAnnotations: { refused: "not authorized" },
    },
  });
});

test("audit annotations are added to those that are there", () => {
  answerNotes.add("1", { auditAnnotations: { credspecs: "a" } });
  expect(reviewSent({ uid: "1", allowed: true, auditAnnotations: { other: "b" } })).toMatchObject({
    response: { allowed: true, auditAnnotations: { other: "b", credspecs: "a" } },
  });
});

test("what is admitted is never given the status of a refusal", () => {
  answerNotes.add("1", { refusal });
  const answer = { uid: "1", allowed: true, status: { code: 200, message: "" } };
  expect(reviewSent(answer)).toEqual({ kind: "AdmissionReview", response: answer });
});

test("an answer that nobody noted anything of is sent as it is", () => {
  const answer = { uid: "2", allowed: false, status: { code: 422, message: "why" } };
  expect(reviewSent(answer)).toEqual({ kind: "AdmissionReview", response: answer });
});

test.each(["Internal Server Error", null, undefined, 1])("%j is no review", body => {
  expect(sentFor(body)).toBe(body);
});
