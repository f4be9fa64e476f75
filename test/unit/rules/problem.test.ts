import { credspecSentence, fieldOf, sentence } from "../../../rules/problem";

test("a problem is a clause, and its remedy follows in sentences", () => {
  expect(sentence({ problem: "it is wrong", remedy: "Mend it." })).toBe("it is wrong. Mend it.");
  expect(sentence({ problem: "it is wrong", remedy: "" })).toBe("it is wrong");
});

test("a problem of a credential spec begins with its fields", () => {
  const places = ["Sid", "Guid"].map(text => ({ path: ["credspec", text], text }));
  const found = { level: "error", reason: "invalid credspec", found: "", expected: "" } as never;
  const problem = Object.assign(found, { places, problem: "differ", remedy: "Write one." });
  expect(credspecSentence(problem)).toBe("Sid, Guid differ: Write one.");
});

test.each([
  [["spec", "containers", 0, "name"], "spec.containers[0].name"],
  [["spec", "nodeSelector", "kubernetes.io/os"], 'spec.nodeSelector["kubernetes.io/os"]'],
  [[], ""],
])("%j is written as %s", (path, field) => {
  expect(fieldOf(path)).toBe(field);
});
