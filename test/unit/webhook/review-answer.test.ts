import { answerNotes } from "../../../capabilities/answer-notes";
import { completeReview, type AnsweredReview } from "../../../webhook/review-answer";

/** The answer that the API server would get from Pepr's response. */
function completed(response: AnsweredReview["response"]): AnsweredReview {
  const review = { kind: "AdmissionReview", response };
  completeReview(review);
  return review;
}

const causes = [{ reason: "NotAuthorized", field: "spec", message: "why" }];
const refusal = { code: 403, causes };

test("a refusal gets its code and its causes, and keeps its message", () => {
  answerNotes.add("1", { refusal, auditAnnotations: { refused: "not authorized" } });
  const status = { code: 422, message: "why" };
  expect(completed({ uid: "1", allowed: false, status })).toEqual({
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
  expect(completed({ uid: "1", allowed: true, auditAnnotations: { other: "b" } })).toMatchObject({
    response: { allowed: true, auditAnnotations: { other: "b", credspecs: "a" } },
  });
});

test("an admission is never given the status of a refusal", () => {
  answerNotes.add("1", { refusal });
  const answer = { uid: "1", allowed: true, status: { code: 200, message: "" } };
  expect(completed(answer)).toEqual({ kind: "AdmissionReview", response: answer });
});

test("an answer without notes is sent unchanged", () => {
  const answer = { uid: "2", allowed: false, status: { code: 422, message: "why" } };
  expect(completed(answer)).toEqual({ kind: "AdmissionReview", response: answer });
});

test("a review without a response is left alone", () => {
  expect(completed(undefined)).toEqual({ kind: "AdmissionReview" });
});
