import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(__dirname, "../../..");

test("the README leads to every page", () => {
  const text = readFileSync(resolve(ROOT, "README.md"), "utf8");
  const more = text.slice(text.indexOf("\n## More\n"));
  const linked = [...more.matchAll(/^- \[docs\/(.+?)\]\(docs\/(.+?)\): ./gm)];
  expect(linked.filter(([, words, target]) => words !== target)).toEqual([]);
  const pages = readdirSync(resolve(ROOT, "docs")).filter(name => name.endsWith(".md"));
  expect(linked.map(([, words]) => words).sort()).toEqual(pages.sort());
});
