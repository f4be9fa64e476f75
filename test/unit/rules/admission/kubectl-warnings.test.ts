import { kubectlWarnings } from "../../../../rules/admission/warnings";

const LIMIT = 4096;

function lengthOf(warnings: string[]): number {
  return warnings.reduce((sum, warning) => sum + Array.from(warning).length, 0);
}

test("what fits is passed on as it is, and nothing twice", () => {
  expect(kubectlWarnings(["a", "b", "a"])).toEqual(["a", "b"]);
  expect(kubectlWarnings([])).toEqual([]);
});

test("what the API server would shorten is counted instead", () => {
  const sentences = Array.from({ length: 20 }, (_, index) => `${index} ${"x".repeat(500)}`);
  const warnings = kubectlWarnings(sentences);

  expect(warnings).toEqual([...sentences.slice(0, 7), "and 13 more warnings like these"]);
  expect(lengthOf(warnings)).toBeLessThanOrEqual(LIMIT);
});

test("characters count, not the bytes or halves that they are made of", () => {
  const sentences = ["𝒳".repeat(1900), "𝒴".repeat(1900)];
  expect(kubectlWarnings(sentences)).toEqual(sentences);
});

test("what just fits is passed on, and of what is one character longer only that it was there", () => {
  expect(kubectlWarnings(["x".repeat(LIMIT - 100)])).toEqual(["x".repeat(LIMIT - 100)]);
  expect(kubectlWarnings(["x".repeat(LIMIT - 99)])).toEqual(["and 1 more warnings like these"]);
});
