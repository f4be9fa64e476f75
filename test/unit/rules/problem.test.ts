import { fieldOf, sentence } from "../../../rules/problem";

test("a problem is a clause, and what to do is sentences after it", () => {
  expect(sentence({ problem: "it is wrong", remedy: "Mend it." })).toBe("it is wrong. Mend it.");
  expect(sentence({ problem: "it is wrong", remedy: "" })).toBe("it is wrong");
});

test.each([
  [["spec", "containers", 0, "name"], "spec.containers[0].name"],
  [["spec", "nodeSelector", "kubernetes.io/os"], 'spec.nodeSelector["kubernetes.io/os"]'],
  [[], ""],
])("%j is written as %s", (path, field) => {
  expect(fieldOf(path)).toBe(field);
});
