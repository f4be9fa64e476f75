/** Lists the pages of the documentation. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/** Paths relative to the checkout, such as "docs/how-to/install.md", sorted. */
export function documentationPages(): string[] {
  return readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter(path => path.endsWith(".md"))
    .map(path => join("docs", path))
    .sort();
}
