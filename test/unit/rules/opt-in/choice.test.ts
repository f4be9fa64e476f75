import { helpersFor } from "../../../../rules/opt-in/choice";
import { annotationProblems } from "../../../../rules/pod/opt-in-annotations";

const DEFAULTS = { secureChannel: false, randomHostname: true };

test.each([{}, { metadata: {} }, { metadata: { annotations: {} } }])(
  "a Pod that says nothing, as %j does, gets what the controller gives",
  async pod => {
    expect(await helpersFor({ pod, namespace: "shop" }, DEFAULTS)).toEqual({
      choice: DEFAULTS,
      problems: [],
    });
  },
);

test("a value that means nothing is shown, and of a long one its beginning", () => {
  const problemsOf = (value: string): string =>
    JSON.stringify(annotationProblems({ "gmsa.pepr.dev/random-hostname": value }));
  expect(problemsOf("x".repeat(40))).toContain(`${"x".repeat(40)}\\"`);
  const long = problemsOf(`${"🔑".repeat(40)}secret`);
  expect(long).toContain(`${"🔑".repeat(40)}…`);
  expect(long).not.toContain("secret");
});
