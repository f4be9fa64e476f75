import { AnswerNotes } from "../../../capabilities/answer-notes";

const note = { auditAnnotations: { credspecs: "a,b" } };
const refusal = { code: 403, causes: [] };

test("a note about a request is used for the answer with its uid, and once", () => {
  const notes = new AnswerNotes();
  notes.add("1", note);

  expect(notes.take("2")).toBeUndefined();
  expect(notes.take("1")).toEqual(note);
  expect(notes.take("1")).toBeUndefined();
});

test("a second note is added to the first", () => {
  const notes = new AnswerNotes();
  notes.add("1", note);
  notes.add("1", { refusal });
  expect(notes.take("1")).toEqual({ ...note, refusal });
});

test("answers that never come do not fill the memory", () => {
  const notes = new AnswerNotes();
  for (let request = 0; request < 1500; request++) {
    notes.add(String(request), note);
  }
  expect(notes.take("0")).toBeUndefined();
  expect(notes.take("1499")).toEqual(note);
});
