/** The sidebar of the website: the list of docs/README.md, in its groups and its order. */
import { type KindOf, targetOf } from "./pages";

/** A page, or a group of them, as VitePress takes it. */
export interface SidebarItem {
  text: string;
  /** Such as "/how-to/install.md"; a group has none. */
  link?: string;
  items?: SidebarItem[];
}

const GROUP = /^## (.+)$/;
const SUBGROUP = /^([A-Z].*):$/;
const PAGE = /^- \[(.+?)\]\(([^)\s]+)\)/;

/** Words without the marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}

/**
 * Reads the groups (headings of level 2), groups within them (a line that ends with a colon) and
 * pages (items of the lists) of an overview.
 * @param overview the text of docs/README.md
 * @throws Error if a page stands above the first group, or an item leads to what is not a page
 */
export function sidebarOf(overview: string, kindOf: KindOf): SidebarItem[] {
  const groups: Required<Pick<SidebarItem, "text" | "items">>[] = [];
  let into: SidebarItem[] | undefined;
  for (const line of overview.split("\n")) {
    const group = GROUP.exec(line)?.[1];
    const subgroup = SUBGROUP.exec(line)?.[1];
    if (group !== undefined) {
      into = [];
      groups.push({ text: plain(group), items: into });
    } else if (subgroup !== undefined) {
      into = [];
      groups.at(-1)?.items.push({ text: plain(subgroup), items: into });
    } else {
      const [, text, href] = PAGE.exec(line) ?? [];
      if (text === undefined || href === undefined) continue;
      if (into === undefined) throw new Error(`docs/README.md has "${text}" above its groups`);
      into.push({ text: plain(text), link: pageAt(href, kindOf) });
    }
  }
  return groups;
}

function pageAt(href: string, kindOf: KindOf): string {
  const target = targetOf("docs/README.md", href, kindOf);
  if (target.on !== "site") throw new Error(`docs/README.md lists ${href}, which is not a page`);
  return target.link;
}
