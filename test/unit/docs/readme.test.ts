/** docs/README.md links to every page, and every link has a target. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import GithubSlugger from "github-slugger";

import { documentationPages } from "../../../tools/build/documentation-pages";

const ROOT = resolve(__dirname, "../../..");
const PAGES = ["README.md", "CONTRIBUTING.md", ...documentationPages()];
const FENCED = /^( *)(```|~~~)[\s\S]*?^\1\2$/gm;
const LINK = /\]\(([^()\s]+)\)|(?:src|srcset|href)="([^"]+)"/g;
const MOST_LINES = 70;
const MOST_LINES_OF_A_PAGE = 250;
/** Generated pages: the help of the commands, and their transcripts. */
const RECORDED = ["docs/reference/cli.md", "docs/reference/commands.md"];

function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** Anchors as GitHub and compatible sites generate them. */
function anchorsOf(page: string): Set<string> {
  const slugger = new GithubSlugger();
  const headings = read(page)
    .replaceAll(FENCED, "")
    .matchAll(/^#{1,6} (.*)$/gm);
  return new Set([...headings].map(([, text = ""]) => slugger.slug(text.replaceAll("`", ""))));
}

/** Links of a page to other pages or within it, as paths in the checkout. */
function linksOf(page: string): { target: string; anchor: string | undefined; text: string }[] {
  const text = read(page).replaceAll(FENCED, "");
  return [...text.matchAll(LINK)].flatMap(([, link, source]) => {
    const [path = "", anchor] = (link ?? source ?? "").split("#");
    if (/^[a-z]+:/.test(path)) return [];
    return [{ target: path === "" ? page : join(dirname(page), path), anchor, text: path }];
  });
}

test("docs/README.md leads to every page", () => {
  const linked = new Set(linksOf("docs/README.md").map(({ target }) => target));
  const others = documentationPages().filter(page => page !== "docs/README.md");
  expect(others.filter(page => !linked.has(page))).toEqual([]);
});

test("README.md is short, and leads to the documentation by group", () => {
  expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(MOST_LINES);
  const linked = linksOf("README.md").map(({ target }) => target);
  expect(linked).toContain("docs/README.md");
  for (const group of ["tutorial", "how-to", "reference", "explanation", "contributing"]) {
    expect(linked.filter(target => target.startsWith(`docs/${group}/`))).not.toEqual([]);
  }
});

test("README.md has the figures of the benchmark for a Pod without GMSA", () => {
  const row = /^\| plain +\| +1 \| +([\d.]+) \|(?:[^|]*\|){5} +([\d.]+) \|/m;
  const [, without, withWebhook] = row.exec(read("docs/explanation/benchmark.md")) ?? [];
  const rounded = [without, withWebhook].map(time => Number(time).toFixed(1));
  expect(read("README.md")).toContain(`[from ${rounded.join(" to ")} ms](`);
});

test.each(PAGES)("every link of %s leads to a file and a heading that there is", page => {
  const broken = linksOf(page).filter(({ target, anchor }) => {
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).has(anchor);
  });
  expect(broken).toEqual([]);
});

test("a page without a heading, or in no folder of the five, is not there", () => {
  const stray = documentationPages().filter(
    page =>
      page !== "docs/README.md" &&
      !/^docs\/(tutorial|how-to|reference|explanation|contributing)\/[a-z-]+\.md$/.test(page),
  );
  expect(stray).toEqual([]);
  expect(documentationPages().filter(page => !/^# \S/.test(read(page)))).toEqual([]);
});

const written = documentationPages().filter(page => page !== "docs/README.md");

test.each(written)("%s first says for whom it is", page => {
  expect(read(page)).toMatch(/^# .+\n\nFor [a-z]/);
});

test("no page is longer than one reads in one go", () => {
  const long = written.filter(
    page => read(page).trimEnd().split("\n").length > MOST_LINES_OF_A_PAGE,
  );
  expect(long.filter(page => !RECORDED.includes(page))).toEqual([]);
});

/** Cells of tables, without code and quoted titles. */
function cellsOf(page: string): string[] {
  return read(page)
    .replaceAll(FENCED, "")
    .split("\n")
    .filter(line => line.startsWith("|"))
    .flatMap(line => line.split(/(?<!\\)\|/))
    .map(cell => cell.replace(/`[^`]*`/g, "").replace(/"[^"]+"/g, ""));
}

test("a cell of a table has at most two sentences", () => {
  const cells = PAGES.flatMap(page => cellsOf(page).map(cell => ({ page, cell })));
  expect(cells.length).toBeGreaterThan(1000);
  const long = cells.filter(({ cell }) => cell.trim().split(/[.!?]\s(?=\S)/).length > 2);
  expect(long).toEqual([]);
});
