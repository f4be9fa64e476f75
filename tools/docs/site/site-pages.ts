/** Which Markdown files are pages of the website, and where each of them is found there. */
import { posix } from "node:path";

/** Files above docs/, and the overview of docs/. */
const OWN_PLACES: Readonly<Record<string, string>> = {
  "docs/README.md": "index.md",
  "README.md": "about.md",
  "CHANGELOG.md": "changelog.md",
  "CONTRIBUTING.md": "contributing/index.md",
  "SECURITY.md": "security-policy.md",
};

/**
 * Where a Markdown file is found on the website, as a path below its root.
 * @param file its path below the checkout, such as "docs/how-to/install.md"
 * @returns such as "how-to/install.md"; undefined for a file that is not a page
 */
export function placeOf(file: string): string | undefined {
  const own = OWN_PLACES[file];
  if (own !== undefined) return own;
  return /^docs\/.+\.md$/.test(file) ? file.slice("docs/".length) : undefined;
}

/**
 * The pages among the Markdown files of a checkout.
 * @param docs the pages below docs/, such as "docs/how-to/install.md"
 */
export function pagesOf(docs: readonly string[]): string[] {
  return [...new Set([...Object.keys(OWN_PLACES), ...docs])].sort();
}

/** What the checkout has at a path: a file, a folder or nothing. */
export type KindOf = (path: string) => "file" | "folder" | undefined;

/** Where the target of a link is found. */
export type Target =
  /** On the website: such as "/how-to/install.md#components". */
  | { on: "site"; link: string }
  /** In the repository only: a path below the checkout, with the anchor. */
  | { on: "repository"; kind: "file" | "folder"; path: string }
  /** A link that stays as it is: another website, or the same page. */
  | { on: "elsewhere" }
  /** The checkout has nothing there. */
  | { on: "nowhere"; path: string };

/**
 * Where a link of a page leads.
 * @param page the path of the page below the checkout
 * @param href the link as it is written, relative to the page
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

/** The address of a file or folder of the default branch. */
export function addressIn(repository: Repository, kind: "file" | "folder", path: string): string {
  const view = kind === "file" ? "blob" : "tree";
  return `https://github.com/${repository.name}/${view}/HEAD/${path}`;
}
