import { causesOf } from "../../../rules/admission/causes";
import { contentsWithoutName, settingsChanged } from "../../../rules/admission/denial";
import { placesOf } from "../../../rules/pod/windows-options";
import { sentence } from "../../../rules/problem";
import { namesWithin, sentencesWithin, textWithin } from "../../../rules/text";

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

test("names that have no room are counted", () => {
  const names = Array.from({ length: 9000 }, (_, index) => `container "c${index}"`);
  expect(namesWithin(names, 40)).toBe('container "c0", container "c1" and 8,998 more');
  expect(namesWithin(["a", "b"], 40)).toBe("a, b");
  expect(namesWithin(["a long name", "b"], 4)).toBe("a long name and 1 more");
});

test("a text is cut between characters", () => {
  expect(textWithin("abc", 3)).toBe("abc");
  expect(textWithin("abcdef", 5)).toBe("ab…");
  expect(textWithin("aéé😀x", 8)).toBe("aéé…");
});

test("sentences that have no room are counted", () => {
  const sentences = Array.from({ length: 500 }, (_, index) => `Sentence ${index}.`);
  const text = sentencesWithin(sentences, { separator: " ", bytes: 200 });
  expect(text).toMatch(/^Sentence 0\. .* And \d+ more problems\.$/);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200);
  expect(sentencesWithin(["é".repeat(5000)], { separator: " ", bytes: 200 })).toMatch(/^é+…$/);
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
