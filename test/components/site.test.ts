/**
 * The documentation website, built and opened in a real Chromium: every page and anchor, the
 * search, the colours, and the width of a phone. Also tests the checker itself, on a website with
 * faults.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { pagesOf, placeOf } from "../../tools/docs/site/site-pages";
import { documentationPages } from "../../tools/build/documentation-pages";
import { findChromium } from "../../testbed/node/chromium";

const run = promisify(execFile);
const ROOT = resolve(__dirname, "../..");
const TSX = join(ROOT, "node_modules/tsx/dist/cli.mjs");
const chromium = findChromium();
const describeInBrowser = chromium === undefined ? describe.skip : describe;

/** The report of site/check/check-site.ts, which is type-checked with the packages of the website. */
interface Report {
  pages: { address: string; faults: { is: string }[]; links: string[]; diagrams: number }[];
  search?: { results: number; first: string; text: string };
  colours?: string[];
}

async function check(folder: string, ...words: string[]): Promise<Report> {
  const args = [TSX, join(ROOT, "site/check/check-site.ts"), folder, chromium ?? "", ...words];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 64 * 1024 ** 2 });
  return JSON.parse(stdout) as Report;
}

/** Faults by page, without pages that have none. */
function faultsOf({ pages }: Report): Record<string, { is: string }[]> {
  const faulty = pages.filter(({ faults }) => faults.length > 0);
  return Object.fromEntries(faulty.map(({ address, faults }) => [address, faults]));
}

describeInBrowser("the website", () => {
  let report: Report;

  beforeAll(async () => {
    await run("npm", ["run", "--silent", "docs:site"], { cwd: ROOT });
    report = await check(join(ROOT, "dist/site"), "not authorized");
  }, 600_000);

  test("has every Markdown file of the documentation as a page", () => {
    const wanted = pagesOf(documentationPages()).map(file => placeOf(file)?.replace(/md$/, "html"));
    expect(report.pages.map(({ address }) => address.slice(1))).toEqual(wanted.sort());
  });

  test("every page answers and fits on a phone, every link and anchor of it leads somewhere, and the console is empty", () => {
    expect(faultsOf(report)).toEqual({});
    expect(report.pages.flatMap(({ links }) => links).length).toBeGreaterThan(1000);
  });

  test("every block of Mermaid is a drawing", () => {
    for (const file of pagesOf(documentationPages())) {
      const blocks = readFileSync(join(ROOT, file), "utf8").match(/^```mermaid$/gm) ?? [];
      const address = `/${placeOf(file)?.replace(/md$/, "html") ?? ""}`;
      const page = report.pages.find(each => each.address === address);
      expect({ address, diagrams: page?.diagrams }).toEqual({ address, diagrams: blocks.length });
    }
  });

  test('the search finds "not authorized", and opens a page with these words', () => {
    expect(report.search?.results).toBeGreaterThan(1);
    expect(report.search?.text).toContain("not authorized");
  });

  test("the switch turns on the dark theme, which is kept on the next page", () => {
    const [light, dark, reloaded] = report.colours ?? [];
    expect(light).toBe("rgb(255, 255, 255)");
    expect(dark).not.toBe(light);
    expect(reloaded).toBe(dark);
  });

  test("its own sources compile", async () => {
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [tsc, "--project", join(ROOT, "site")], {
      cwd: ROOT,
    }).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toBe("");
  });
});

describeInBrowser("the check of a website", () => {
  test("sees each fault that was planted, and no other", async () => {
    const report = await check(join(ROOT, "test/fixtures/site"));
    expect(faultsOf(report)).toEqual({
      "/console.html": [{ is: "console", text: "planted" }],
      "/exception.html": [{ is: "exception", text: "planted" }],
      "/no-anchor.html": [{ is: "no-anchor", link: "/index.html#bad" }],
      "/no-page.html": [{ is: "no-page", link: "/absent.html" }],
      "/not-drawn.html": [{ is: "not-drawn", source: "flowchart" }],
      "/other-server.html": expect.arrayContaining([
        { is: "other-server", url: "http://127.0.0.1:9/image.png" },
      ]) as unknown,
      "/request.html": expect.arrayContaining([
        expect.objectContaining({ is: "request", why: "status 404" }),
      ]) as unknown,
      "/too-wide.html": [expect.objectContaining({ is: "too-wide", width: 390 })],
    });
    expect(report.pages.map(({ address }) => address)).toContain("/index.html");
  });
});
