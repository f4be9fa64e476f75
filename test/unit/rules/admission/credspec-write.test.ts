/** Messages for writing a credential spec, case by case. */
import type { CredspecProblem } from "../../../../rules/problem";
import { fieldOf } from "../../../../rules/problem";
import { describeRefusal, judgeCredspec } from "../../../../rules/admission/credspec-write";
import { credspecWriteCases } from "../../../fixtures/credspec-write-case";

function fieldsOf(problems: CredspecProblem[]): string[] {
  return problems.flatMap(({ places }) => places.map(({ path }) => fieldOf(path)));
}

test.each(credspecWriteCases())("$why", ({ before, after, refusals, warnings }) => {
  const verdict = judgeCredspec(after, before);
  expect(fieldsOf(verdict.refusals)).toEqual(refusals);
  expect(fieldsOf(verdict.warnings)).toEqual(warnings);
});

test("a refusal names every field on a line of its own", () => {
  const { refusals } = judgeCredspec({ credspec: {} });
  expect(describeRefusal(refusals).split("\n")).toEqual([
    "Windows cannot use this credential spec:",
    expect.stringMatching(/^- credspec\.CmsPlugins should be .*, but is missing: /),
    expect.stringMatching(
      /^- credspec\.ActiveDirectoryConfig\.GroupManagedServiceAccounts should be .*: /,
    ),
    expect.stringMatching(/^- credspec\.DomainJoinConfig should be .*: /),
  ]);
});
