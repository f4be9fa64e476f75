/** docs/security.md names tests: each is there, in that file, under that title. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");
const document = readFileSync(join(ROOT, "docs/security.md"), "utf8").replace(/\s+/g, " ");
/** A file below test/ in backquotes, and a title in double quotes. */
const NAMED = /`((?:unit|manifests|process|e2e|components|node)\/[\w/-]+)`(?: "([^"]+)")?/g;
/** The first argument of test, describe and their like, of test.each(...) too. */
const TITLES = /(?:\b(?:test|describe)\w*|\))\(\s*(?:"([^"]+)"|'([^']+)')/g;

const named = [...document.matchAll(NAMED)].map(([, file = "", title = ""]) => ({ file, title }));

test("it names tests", () => {
  expect(named.length).toBeGreaterThan(40);
});

test.each(named)('$file has "$title"', ({ file, title }) => {
  const path = join(ROOT, "test", `${file}.test.ts`);
  expect(existsSync(path)).toBe(true);
  const titles = [...readFileSync(path, "utf8").matchAll(TITLES)].map(
    ([, double, single]) => double ?? single,
  );
  expect(titles).toContain(title);
});

test("README and docs/design.md lead to it", () => {
  for (const [file, link] of [
    ["README.md", "(docs/security.md)"],
    ["docs/design.md", "(security.md)"],
  ] as const) {
    expect(readFileSync(join(ROOT, file), "utf8")).toContain(link);
  }
});
