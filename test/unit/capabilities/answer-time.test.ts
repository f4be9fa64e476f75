import { ANSWER_MS, answerBy, timeForRules } from "../../../capabilities/answer-time";

test("the rules have six seconds, less the time beyond one second that the body took", () => {
  const request = {};
  expect(timeForRules(request, 0)).toBe(6000);
  answerBy(request, ANSWER_MS);
  expect([0, 1000, 4000, ANSWER_MS, 60_000].map(now => timeForRules(request, now))).toEqual([
    6000, 6000, 3000, 0, 0,
  ]);
  expect(timeForRules({}, 60_000)).toBe(6000);
});
