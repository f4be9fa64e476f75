import { parseLabelQuery } from "../../../rules/label-query";
import { LABELLED, QUERIES } from "../../fixtures/label-queries";

/** Names of the objects that match a selector. */
function selected(text: string): string[] | "refused" {
  const parsed = parseLabelQuery(text);
  if ("problem" in parsed) return "refused";
  return Object.entries(LABELLED)
    .filter(([, labels]) => parsed.query(labels))
    .map(([name]) => name);
}

test.each(QUERIES)("%j selects %j", (text, due) => {
  expect(selected(text)).toEqual(due);
});

test.each([
  ["app=web,", '"" does not name a label'],
  ["app=web, ", '"" does not name a label'],
  ["=web", '"=web" does not name a label'],
  ["-app", '"-app" cannot be the name of a label'],
  ["app=-web", '"-web" cannot be the value of a label'],
  ["!app=web", '"!app=web" has something after !app'],
  [" !app=web ", '"!app=web" has something after !app'],
  ["app x in (web)", '"x in (web)" after app is not one of =, ==, !=, in, notin, <, >'],
  ["app in (web) x", '"in (web) x" after app is not one of =, ==, !=, in, notin, <, >'],
  ["app x=web", '"x=web" after app is not one of =, ==, !=, in, notin, <, >'],
  ["app~web", '"app~web" cannot be the name of a label'],
  ["app is web", '"is web" after app is not one of =, ==, !=, in, notin, <, >'],
  ["size>big", '"big" after size is not a whole number'],
  ["size>1x", '"1x" after size is not a whole number'],
  ["size<9223372036854775808", '"9223372036854775808" after size is not a whole number'],
])("%j is refused with the reason", (text, problem) => {
  expect(parseLabelQuery(text)).toEqual({ problem });
});

test.each([
  [" ", ["labels-batch", "labels-none", "labels-web", "labels-web-canary"]],
  ["size<2", []],
  ["size>10", []],
  ["size>1,size<3", ["labels-batch"]],
  ["size<9223372036854775807", ["labels-batch", "labels-web"]],
])("%j selects %j, at the edge", (text, due) => {
  expect(selected(text)).toEqual(due);
});

test("an inherited property of JavaScript objects is not a label", () => {
  const parsed = parseLabelQuery("constructor");
  expect("query" in parsed && parsed.query({})).toBe(false);
});
