/** Maps Markdown files to pages of the website. */
import { posix } from "node:path";

/** Files outside docs/, and the overview of docs/. */
const OWN_PLACES: Readonly<Record<string, string>> = {
  "docs/README.md": "index.md",
  "README.md": "about.md",
  "CHANGELOG.md": "changelog.md",
  "CONTRIBUTING.md": "contributing/index.md",
  "SECURITY.md": "security-policy.md",
};

/**
 * Path of a Markdown file on the website, relative to its root.
 * @param file its path in the checkout, such as "docs/how-to/install.md"
 * @returns such as "how-to/install.md"; undefined for a file that is not a page
 */
export function placeOf(file: string): string | undefined {
  const own = OWN_PLACES[file];
  if (own !== undefined) return own;
  return /^docs\/.+\.md$/.test(file) ? file.slice("docs/".length) : undefined;
}

/**
 * The Markdown files of a checkout that are pages.
 * @param docs the pages below docs/, such as "docs/how-to/install.md"
 */
export function pagesOf(docs: readonly string[]): string[] {
  return [...new Set([...Object.keys(OWN_PLACES), ...docs])].sort();
}

/** Kind of a path in the checkout; undefined if it does not exist. */
export type KindOf = (path: string) => "file" | "folder" | undefined;

/** Where a link leads. */
export type Target =
  /** On the website, for example "/how-to/install.md#components". */
  | { on: "site"; link: string }
  /** In the repository only: a path in the checkout, with the anchor. */
  | { on: "repository"; kind: "file" | "folder"; path: string }
  /** A link that does not change: another website, or the same page. */
  | { on: "elsewhere" }
  /** The path does not exist in the checkout. */
  | { on: "nowhere"; path: string };

/**
 * Resolves a link of a page.
 * @param page the path of the page in the checkout
 * @param href the link in the page, relative to it
 */
export function targetOf(page: string, href: string, kindOf: KindOf): Target {
  if (/^(?:[a-z][a-z+.-]*:|#|\/\/)/i.test(href)) return { on: "elsewhere" };
  const [, written = "", anchor = ""] = /^([^#]*)(#.*)?$/.exec(href) ?? [];
  const path = posix.join(posix.dirname(page), decodeURI(written)).replace(/\/$/, "");
  const kind = kindOf(path);
  if (kind === undefined) return { on: "nowhere", path };
  const place = placeOf(path);
  if (place !== undefined) return { on: "site", link: `/${place}${anchor}` };
  return { on: "repository", kind, path: `${path}${anchor}` };
}

/** A repository on GitHub. */
export interface Repository {
  /** Such as "owner/name". */
  name: string;
}

/** URL of a file or folder on the default branch. */
export function addressIn(repository: Repository, kind: "file" | "folder", path: string): string {
  const view = kind === "file" ? "blob" : "tree";
  return `https://github.com/${repository.name}/${view}/HEAD/${path}`;
}
