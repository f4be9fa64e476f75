/**
 * Takes screenshots of a built website for visual inspection:
 *
 *     tsx site/check/screenshots.ts FOLDER CHROMIUM INTO
 *
 * Takes each page in the width of a desktop and of a phone, light and dark.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { openSite } from "./browser";

const PAGES = {
  index: "/",
  about: "/about.html",
  tutorial: "/tutorial/getting-started.html",
  reference: "/reference/lint.html",
  design: "/explanation/design.html",
};
const WIDTHS = [1280, 390];
const COLOURS = ["light", "dark"] as const;

const [folder, program, into] = process.argv.slice(2);
if (folder === undefined || program === undefined || into === undefined) {
  throw new Error("which FOLDER, CHROMIUM and INTO?");
}
mkdirSync(into, { recursive: true });
const { context, origin, close } = await openSite(folder, program);
try {
  const page = await context.newPage();
  for (const [name, address] of Object.entries(PAGES)) {
    for (const colour of COLOURS) {
      await page.emulateMedia({ colorScheme: colour });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(origin + address, { waitUntil: "networkidle" });
        await page.waitForFunction(() => document.querySelector("pre.diagram") === null);
        await page.screenshot({ path: join(into, `${name}-${width}-${colour}.png`) });
      }
    }
  }
} finally {
  await close();
}
