/** Uses a website like a reader: searches it and switches its colours. */
import type { BrowserContext, Page } from "playwright-core";

/** The result of a search on the website. */
export interface Search {
  results: number;
  /** The URL of the page that the first result opened, without the anchor. */
  first: string;
  /** The text of that page. */
  text: string;
}

const SHORT_MS = 10_000;

async function onPage<T>(
  context: BrowserContext,
  url: string,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await context.newPage();
  page.setDefaultTimeout(SHORT_MS);
  try {
    await page.goto(url, { waitUntil: "networkidle" });
    return await use(page);
  } finally {
    await page.close();
  }
}

/** Searches for words, and clicks the first result. */
export function search(context: BrowserContext, url: string, words: string): Promise<Search> {
  return onPage(context, url, async page => {
    await page.keyboard.press("Control+k");
    await page.locator(".search-input").fill(words);
    const results = page.locator(".results .result");
    await results.first().waitFor();
    const count = await results.count();
    const before = await page.locator("main").innerText();
    await results.first().click();
    await page.locator(".search-input").waitFor({ state: "detached" });
    // The click changes the address at once, and the text when the page has arrived.
    await page.waitForFunction(text => document.querySelector("main")?.innerText !== text, before);
    const text = await page.locator("main").innerText();
    return { results: count, first: new URL(page.url()).pathname, text };
  });
}

/** The background colour of a page before and after a click on the switch, and after a reload. */
export function switchColours(context: BrowserContext, url: string): Promise<string[]> {
  return onPage(context, url, async page => {
    const colour = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await colour();
    await page.locator(".VPNavBar .VPSwitchAppearance:visible").click();
    const after = await colour();
    await page.reload({ waitUntil: "networkidle" });
    return [before, after, await colour()];
  });
}
