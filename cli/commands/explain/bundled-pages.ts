/** The pages of the documentation, which are shipped with the program. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PAGES = join(__dirname, "docs");
const EXTENSION = ".md";

/** Names of the pages, such as "rbac". */
export function topics(): string[] {
  return readdirSync(PAGES)
    .filter(file => file.endsWith(EXTENSION))
    .map(file => file.slice(0, -EXTENSION.length))
    .sort();
}

/** The Markdown of an existing page. */
export function pageOf(topic: string): string {
  return readFileSync(join(PAGES, `${topic}${EXTENSION}`), "utf8");
}
