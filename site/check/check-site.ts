/**
 * Opens every page of a built website in Chromium and prints a report as JSON:
 *
 *     tsx site/check/check-site.ts FOLDER CHROMIUM [WORDS]
 *
 * FOLDER has the website, CHROMIUM is the path of the browser. With WORDS, the check also searches the
 * website for them and switches the colours.
 */
import { readdirSync } from "node:fs";

import type { BrowserContext } from "playwright-core";

import { openSite, type OpenSite } from "./browser";
import { search, switchColours, type Search } from "./as-reader";
import { visit, withDeadLinks, type Visit } from "./visit";

/** The report of one website. */
export interface Report {
  pages: Visit[];
  /** Only with WORDS. */
  search?: Search;
  /** Only with WORDS: the background before and after a click on the switch, and after a reload. */
  colours?: string[];
}

/** Pages that are open concurrently. */
const AT_A_TIME = 3;
/** The pages of a folder, except the page for unknown URLs. */
function addressesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(path => path.endsWith(".html") && path !== "404.html")
    .map(path => `/${path.replaceAll("\\", "/")}`)
    .sort();
}

async function visitAll(
  context: BrowserContext,
  origin: string,
  addresses: readonly string[],
): Promise<Visit[]> {
  const left = [...addresses];
  const visits: Visit[] = [];
  const work = async (): Promise<void> => {
    for (let address = left.shift(); address !== undefined; address = left.shift()) {
      visits.push(await visit(context, { origin, address }));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return withDeadLinks(visits.sort((one, other) => (one.address < other.address ? -1 : 1)));
}

async function report(
  { context, origin }: OpenSite,
  addresses: readonly string[],
  words?: string,
): Promise<Report> {
  const pages = await visitAll(context, origin, addresses);
  if (words === undefined) return { pages };
  const found = await search(context, `${origin}/`, words);
  return { pages, search: found, colours: await switchColours(context, `${origin}/`) };
}

const [folder, program, words] = process.argv.slice(2);
if (folder === undefined || program === undefined) throw new Error("which FOLDER and CHROMIUM?");
const site = await openSite(folder, program);
try {
  console.log(JSON.stringify(await report(site, addressesIn(folder), words)));
} finally {
  await site.close();
}
