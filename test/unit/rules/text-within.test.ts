import { causesOf } from "../../../rules/admission/causes";
import { contentsWithoutName, settingsChanged } from "../../../rules/admission/denial";
import { placesOf } from "../../../rules/pod/windows-options";
import { sentence } from "../../../rules/problem";
import {
  countWithin,
  describeValue,
  namesWithin,
  oneLine,
  sentencesWithin,
  shortened,
  textWithin,
  withoutBraces,
} from "../../../rules/text";

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

test("names that do not fit are counted", () => {
  const names = Array.from({ length: 9000 }, (_, index) => `container "c${index}"`);
  expect(namesWithin(names, 40)).toBe('container "c0", container "c1" and 8,998 more');
  expect(namesWithin(["a", "b"], 40)).toBe("a, b");
  expect(namesWithin(["a long name", "b"], 4)).toBe("a long name and 1 more");
});

test("a text is cut between characters", () => {
  expect(textWithin("abc", 3)).toBe("abc");
  expect(textWithin("abcdef", 5)).toBe("ab…");
  expect(textWithin("aéé😀x", 8)).toBe("aéé…");
  expect(textWithin("a\uFFFDbcdef", 8)).toBe("a\uFFFDb…");
  expect(textWithin("a\uFFFD😀xyz", 9)).toBe("a\uFFFD…");
});

test("sentences that do not fit are counted", () => {
  const sentences = Array.from({ length: 500 }, (_, index) => `Sentence ${index}.`);
  const text = sentencesWithin(sentences, { separator: " ", bytes: 200 });
  expect(text).toMatch(/^Sentence 0\. .* And \d+ more problems\.$/);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200);
  const cut = sentencesWithin(["é".repeat(5000)], { separator: " ", bytes: 200 });
  expect(cut).toMatch(/^é+…$/);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(200);
});

test("sentences that just fit are all shown", () => {
  const sentences = ["x".repeat(99), "y".repeat(100)];
  const all = sentences.join(" ");
  expect(sentencesWithin(sentences, { separator: " ", bytes: 200 })).toBe(all);
  expect(sentencesWithin(sentences, { separator: " ", bytes: 199 })).toBe(
    `${"x".repeat(99)} And 1 more problem.`,
  );
});

test("a text is put on one line, and shortened beyond its limit", () => {
  expect(oneLine(" a\n\t b ")).toBe("a b");
  expect(shortened("abc", 3)).toBe("abc");
  expect(shortened("abcd", 3)).toBe("abc…");
});

test("sizes fit as long as there is room", () => {
  expect(countWithin([2, 3, 1], 5)).toBe(2);
  expect(countWithin([2, 3], 5)).toBe(2);
  expect(countWithin([6], 5)).toBe(0);
});

test.each([
  ["x".repeat(80), `"${"x".repeat(80)}"`],
  ["x".repeat(81), `"${"x".repeat(80)}…"`],
  [" ", "empty"],
  [undefined, "missing"],
  [null, "null"],
  [["a"], "a list"],
  [{ a: 1 }, "an object"],
  [7, "a number (7)"],
])("%j is described", (value, text) => {
  expect(describeValue(value)).toBe(text);
});

test("a refusal of 9,000 places, with the longest names, is of a few KB", () => {
  const containers = Array.from({ length: 9000 }, (_, index) => ({
    name: `c${index}-${"x".repeat(50)}`,
    securityContext: { windowsOptions: { gmsaCredentialSpec: "{}" } },
  }));
  const places = placesOf({ spec: { containers } }).slice(1);
  const denials = [
    contentsWithoutName(places),
    settingsChanged(
      places.map(place => ({ place, settings: ["name", "contents"] as ("name" | "contents")[] })),
    ),
  ];
  const text = sentencesWithin(denials.map(sentence), { separator: " ", bytes: 8000 });
  expect(bytesOf(text)).toBeLessThan(4096);
  expect(text).toMatch(/ and 8,9\d\d more have each a GMSA cred spec set/);
  expect(bytesOf(causesOf(denials))).toBeLessThan(8192);
});

test("causes end before 8 KB, whatever their messages", () => {
  const containers = Array.from({ length: 40 }, (_, index) => ({ name: `c${index}` }));
  const denials = placesOf({ spec: { containers } }).map(place => ({
    ...contentsWithoutName([place]),
    problem: "é".repeat(100_000),
  }));
  const causes = causesOf(denials);
  expect(causes.length).toBeGreaterThan(30);
  expect(bytesOf(causes)).toBeLessThan(8192);
});

test.each([
  ["{a}", "a"],
  ["{a", "{a"],
  ["x{a}", "x{a}"],
  ["{a}x", "{a}x"],
])("%s without braces is %s", (text, bare) => {
  expect(withoutBraces(text)).toBe(bare);
});
