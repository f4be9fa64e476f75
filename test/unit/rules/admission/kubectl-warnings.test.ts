import { kubectlWarnings } from "../../../../rules/admission/warnings";

const LIMIT = 4096;

function lengthOf(warnings: string[]): number {
  return warnings.reduce((sum, warning) => sum + Array.from(warning).length, 0);
}

test("warnings that fit are passed on unchanged, each once", () => {
  expect(kubectlWarnings(["a", "b", "a"])).toEqual(["a", "b"]);
  expect(kubectlWarnings([])).toEqual([]);
});

test("warnings that the API server would shorten are counted instead", () => {
  const sentences = Array.from({ length: 20 }, (_, index) => `${index} ${"x".repeat(500)}`);
  const warnings = kubectlWarnings(sentences);

  expect(warnings).toEqual([...sentences.slice(0, 7), "and 13 more warnings like these"]);
  expect(lengthOf(warnings)).toBeLessThanOrEqual(LIMIT);
});

test("characters count, not the bytes or halves that they are made of", () => {
  const sentences = ["𝒳".repeat(1900), "𝒴".repeat(1900)];
  expect(kubectlWarnings(sentences)).toEqual(sentences);
});

test("a warning that just fits is passed on, and one that is a character longer is only counted", () => {
  expect(kubectlWarnings(["x".repeat(LIMIT - 100)])).toEqual(["x".repeat(LIMIT - 100)]);
  expect(kubectlWarnings(["x".repeat(LIMIT - 99)])).toEqual(["and 1 more warnings like these"]);
});
