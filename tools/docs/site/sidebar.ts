/** Builds the website's sidebar from the list in docs/README.md, with the same groups and order. */
import { type KindOf, targetOf } from "./site-pages";

/** A page or a group of pages, in the form that VitePress reads. */
export interface SidebarItem {
  text: string;
  /** Such as "/how-to/install.md"; groups do not have one. */
  link?: string;
  items?: SidebarItem[];
}

const GROUP = /^## (.+)$/;
const SUBGROUP = /^([A-Z].*):$/;
const PAGE = /^- \[(.+?)\]\(([^)\s]+)\)/;

/** The text without Markdown markup. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}

type Entry =
  | { is: "group" | "subgroup"; text: string }
  | { is: "page"; text: string; href: string };

/** The sidebar entry of a line of the overview; undefined for most lines. */
function entryOf(line: string): Entry | undefined {
  const [, page, href] = PAGE.exec(line) ?? [];
  if (page !== undefined && href !== undefined) return { is: "page", text: plain(page), href };
  const [, group] = GROUP.exec(line) ?? [];
  if (group !== undefined) return { is: "group", text: plain(group) };
  const [, subgroup] = SUBGROUP.exec(line) ?? [];
  return subgroup === undefined ? undefined : { is: "subgroup", text: plain(subgroup) };
}

/**
 * Reads the groups (headings of level 2), groups within them (a line that ends with a colon) and
 * pages (items of the lists) of an overview.
 * @param overview the text of docs/README.md
 * @throws Error if a page or a subgroup appears before the first group, or an item does not link to
 * a page
 */
export function sidebarOf(overview: string, kindOf: KindOf): SidebarItem[] {
  const sidebar: SidebarItem[] = [];
  let group: SidebarItem[] | undefined;
  let into: SidebarItem[] | undefined;
  for (const entry of overview.split("\n").flatMap(line => entryOf(line) ?? [])) {
    const { text } = entry;
    if (entry.is === "group") {
      group = into = [];
      sidebar.push({ text, items: group });
      continue;
    }
    if (group === undefined) throw new Error(`docs/README.md has "${text}" above its groups`);
    if (entry.is === "page") {
      into?.push({ text, link: pageAt(entry.href, kindOf) });
    } else {
      into = [];
      group.push({ text, items: into });
    }
  }
  return sidebar;
}

function pageAt(href: string, kindOf: KindOf): string {
  const target = targetOf("docs/README.md", href, kindOf);
  if (target.on !== "site") throw new Error(`docs/README.md lists ${href}, which is not a page`);
  return target.link;
}
