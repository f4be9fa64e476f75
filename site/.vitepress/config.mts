/**
 * The website of the documentation, built by `npm run docs:site` in the parent folder. Environment: SITE_BASE
 * is the path that it is served at, such as "/gmsa/"; GITHUB_REPOSITORY is the repository that links to files
 * point to, such as "owner/name".
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { slug } from "github-slugger";
import { defineConfig, type Plugin } from "vitepress";

import { placeOf, type KindOf } from "../../tools/docs/site/site-pages";
import { sidebarOf } from "../../tools/docs/site/sidebar";
import { keepShortCode } from "./markdown/code";
import { drawMermaid } from "./markdown/mermaid";
import { followLinks } from "./markdown/links";
import { showPictures } from "./markdown/pictures";

const SITE = fileURLToPath(new URL("..", import.meta.url));
const ROOT = resolve(SITE, "..");
/** The placeholder of the documentation, until the repository has an address. */
const NOWHERE = "OWNER/REPOSITORY";

const repository = { name: process.env["GITHUB_REPOSITORY"] ?? NOWHERE };
const isPublished = repository.name !== NOWHERE;
const page = `https://github.com/${repository.name}`;

const kindOf: KindOf = path => {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return found.isDirectory() ? "folder" : "file";
};

/**
 * Pages are outside this package, where Vite does not find their imports. Modules for rendering at build time
 * are loaded from this package. Mermaid runs only in a browser.
 */
const ofThisPackage: Plugin = {
  name: "of-this-package",
  enforce: "pre",
  resolveId: (id, _importer, options) =>
    options.ssr === true && /^(vue|vue\/server-renderer|mermaid)$/.test(id)
      ? { id, external: true }
      : undefined,
};

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E" +
  "%3Crect width='32' height='32' rx='7' fill='%233451b2'/%3E" +
  "%3Cpath d='M22 11a8 8 0 1 0 1 7h-6' fill='none' stroke='white' stroke-width='3.5'/%3E%3C/svg%3E";

export default defineConfig({
  title: "GMSA for Kubernetes",
  description: "Run Windows containers as Group Managed Service Accounts of Active Directory",
  lang: "en",
  base: process.env["SITE_BASE"] ?? "/",
  srcDir: ROOT,
  srcExclude: readdirSync(ROOT)
    .filter(name => name !== "docs" && placeOf(name) === undefined)
    .map(name => (kindOf(name) === "folder" ? `${name}/**` : name)),
  rewrites: file => placeOf(file) ?? file,
  outDir: join(ROOT, "dist/site"),
  cacheDir: join(SITE, "node_modules/.cache/vitepress"),
  head: [["link", { rel: "icon", href: ICON }]],
  // The same anchors as on GitHub.
  markdown: {
    anchor: { slugify: text => slug(text) },
    config: md => {
      md.use(drawMermaid).use(showPictures).use(keepShortCode);
      md.use(followLinks, { root: ROOT, kindOf, repository });
    },
  },
  themeConfig: {
    search: {
      provider: "local",
      options: { miniSearch: { searchOptions: { combineWith: "AND" } } },
    },
    nav: [
      { text: "About", link: "/about" },
      { text: "Get started", link: "/tutorial/getting-started" },
      { text: "Changelog", link: "/changelog" },
    ],
    sidebar: sidebarOf(readFileSync(join(ROOT, "docs/README.md"), "utf8"), kindOf),
    outline: { level: [2, 3] },
    ...(isPublished && {
      socialLinks: [{ icon: "github", link: page }],
      editLink: { pattern: `${page}/edit/HEAD/:path`, text: "Edit this page" },
    }),
  },
  vite: {
    plugins: [ofThisPackage],
    build: {
      // Only pages with a diagram load Mermaid.
      chunkSizeWarningLimit: 3000,
    },
  },
});
