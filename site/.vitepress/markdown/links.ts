/** Converts links between files of the repository to links of the website. */
import { relative } from "node:path";

import type { MarkdownEnv, MarkdownRenderer } from "vitepress";

import {
  addressIn,
  targetOf,
  type KindOf,
  type Repository,
} from "../../../tools/docs/site/site-pages";

interface Options {
  /** The root of the checkout. */
  root: string;
  kindOf: KindOf;
  repository: Repository;
}

/**
 * Converts links to pages to links of the website, and links to other files to links to the repository.
 * @throws Error during rendering for a link to a file that the checkout does not have
 */
export function followLinks(md: MarkdownRenderer, { root, kindOf, repository }: Options): void {
  const follow = (page: string, href: string): string => {
    const target = targetOf(page, href, kindOf);
    switch (target.on) {
      case "site":
        return target.link;
      case "repository":
        return addressIn(repository, target.kind, target.path);
      case "elsewhere":
        return href;
      case "nowhere":
        throw new Error(`${page} links to ${target.path}, which does not exist`);
    }
  };
  md.core.ruler.push("links-of-the-repository", state => {
    const { realPath, path } = state.env as MarkdownEnv;
    const page = relative(root, realPath ?? path).replaceAll("\\", "/");
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href !== null) token.attrSet("href", follow(page, href));
    }
  });
}
