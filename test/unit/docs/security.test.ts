/** docs/explanation/security.md names tests: each exists in the named file with that title. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");
const text = readFileSync(join(ROOT, "docs/explanation/security.md"), "utf8");
const document = text.replace(/\s+/g, " ");
/** A file in test/ in backquotes, and a title in double quotes. */
const NAMED = /`((?:unit|manifests|process|e2e|components|node)\/[\w/-]+)`(?: "([^"]+)")?/g;
/** The first argument of test, describe and similar functions, including test.each(...). */
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

/** Up to the next test or describe at any depth: the test's own code. */
const NEXT = /\n *(?:test|describe|it)\w*[.(]/;

test.each(named)('$file: "$title" asserts something', ({ file, title }) => {
  const source = readFileSync(join(ROOT, "test", `${file}.test.ts`), "utf8");
  const at = source.search(new RegExp(`["']${title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["'],`));
  expect(at).toBeGreaterThan(0);
  const isGroup = /describe[\w.]*(?:\([^"']*\))?\(\s*$/.test(source.slice(0, at));
  const body = source.slice(at);
  expect(isGroup ? body : (body.split(NEXT)[0] ?? "")).toMatch(/\bexpect/);
});

test("each row of a table names a test, or the reason why there is none", () => {
  const rows = text.split("\n").filter(line => /^\| (?!-|what |tries |who |program )/.test(line));
  const claims = rows.filter(line => line.split(" | ").length > 2);
  const unbound = claims.filter(
    line =>
      !/`(?:unit|manifests|process|e2e|components|node)\//.test(line) &&
      !/\| accepted(?::| )/.test(line),
  );
  expect(claims.length).toBeGreaterThan(25);
  expect(unbound).toEqual([]);
});

test("README and docs/explanation/design.md lead to it", () => {
  for (const [file, link] of [
    ["README.md", "(docs/explanation/security.md)"],
    ["docs/explanation/design.md", "(security.md)"],
  ] as const) {
    expect(readFileSync(join(ROOT, file), "utf8")).toContain(link);
  }
});
