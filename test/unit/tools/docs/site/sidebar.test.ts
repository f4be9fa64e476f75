import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { documentationPages } from "../../../../../tools/build/documentation-pages";
import { type SidebarItem, sidebarOf } from "../../../../../tools/docs/site/sidebar";

const ROOT = resolve(__dirname, "../../../../..");
const everything = (): "file" => "file";

test("has groups, groups within them, and pages in the order of the overview", () => {
  const overview = `# Documentation

## How-to guides

Use it:

- [Grant access](how-to/rbac.md): \`gmsa grant\`
- [\`gmsa lint\`](reference/lint.md#in-ci)

## Contributing

- [CONTRIBUTING.md](../CONTRIBUTING.md)
`;
  expect(sidebarOf(overview, everything)).toEqual([
    {
      text: "How-to guides",
      items: [
        {
          text: "Use it",
          items: [
            { text: "Grant access", link: "/how-to/rbac.md" },
            { text: "gmsa lint", link: "/reference/lint.md#in-ci" },
          ],
        },
      ],
    },
    {
      text: "Contributing",
      items: [{ text: "CONTRIBUTING.md", link: "/contributing/index.md" }],
    },
  ]);
});

test.each([
  ["- [a](how-to/a.md)", "above its groups"],
  ["## A\n\n- [a](../LICENSE)", "is not a page"],
  ["## A\n\n- [a](https://example.com)", "is not a page"],
])("%j is an error", (overview, error) => {
  expect(() => sidebarOf(overview, everything)).toThrow(error);
});

function linksOf(items: readonly SidebarItem[]): string[] {
  return items.flatMap(({ link, items: inner = [] }) => [link ?? "", ...linksOf(inner)]);
}

test("the sidebar of docs/README.md leads to every page, in the five groups", () => {
  const sidebar = sidebarOf(readFileSync(join(ROOT, "docs/README.md"), "utf8"), everything);
  expect(sidebar.map(({ text }) => text)).toEqual([
    "Tutorial",
    "How-to guides",
    "Reference",
    "Explanation",
    "Contributing",
  ]);
  const pages = documentationPages().filter(page => page !== "docs/README.md");
  expect(linksOf(sidebar)).toEqual(
    expect.arrayContaining(pages.map(page => page.replace(/^docs/, ""))),
  );
});

test("npm ci of the repository installs nothing of the website", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { workspaces?: unknown }>;
  };
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "site/package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  expect(packages[""]?.workspaces).toBeUndefined();
  const own = ["vitepress", "vue", "mermaid", "playwright-core"];
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(own));
  expect(own.filter(name => `node_modules/${name}` in packages)).toEqual([]);
});
