import { addressIn, pagesOf, placeOf, targetOf } from "../../../../../tools/docs/site/site-pages";

const TREE: Record<string, "file" | "folder"> = {
  "README.md": "file",
  "CONTRIBUTING.md": "file",
  LICENSE: "file",
  "docs/README.md": "file",
  "docs/how-to/install.md": "file",
  "docs/reference/lint.md": "file",
  "deploy/components": "folder",
  "deploy/README.md": "file",
};
const kindOf = (path: string): "file" | "folder" | undefined => TREE[path];

test("the overview of docs/ is the start, and pages keep their folders", () => {
  expect(placeOf("docs/README.md")).toBe("index.md");
  expect(placeOf("docs/how-to/install.md")).toBe("how-to/install.md");
  expect(placeOf("CONTRIBUTING.md")).toBe("contributing/index.md");
  expect(placeOf("deploy/README.md")).toBeUndefined();
  expect(placeOf("docs/tutorial/pod.yaml")).toBeUndefined();
});

test("no two pages have one place", () => {
  const pages = pagesOf(["docs/README.md", "docs/contributing/testing.md"]);
  const places = pages.map(placeOf);
  expect(new Set(places).size).toBe(pages.length);
  expect(places).not.toContain(undefined);
});

test.each([
  ["docs/how-to/install.md", "../reference/lint.md", "/reference/lint.md"],
  ["docs/how-to/install.md", "../README.md#reference", "/index.md#reference"],
  ["docs/how-to/install.md", "../../README.md", "/about.md"],
  ["README.md", "docs/how-to/install.md#components", "/how-to/install.md#components"],
  ["docs/README.md", "../CONTRIBUTING.md", "/contributing/index.md"],
])("a link of %s to %s is one of the website", (page, href, link) => {
  expect(targetOf(page, href, kindOf)).toEqual({ on: "site", link });
});

test.each([
  ["../../LICENSE", "file", "LICENSE"],
  ["../../deploy/components", "folder", "deploy/components"],
  ["../../deploy/components/", "folder", "deploy/components"],
  ["../../deploy/README.md#all", "file", "deploy/README.md#all"],
] as const)("a link to %s is one of the repository", (href, kind, path) => {
  expect(targetOf("docs/how-to/install.md", href, kindOf)).toEqual({
    on: "repository",
    kind,
    path,
  });
});

test.each(["https://kubernetes.io/docs", "mailto:a@example.com", "#components", "//example.com"])(
  "%s stays as it is",
  href => {
    expect(targetOf("docs/how-to/install.md", href, kindOf)).toEqual({ on: "elsewhere" });
  },
);

test("a broken link is found", () => {
  expect(targetOf("docs/how-to/install.md", "absent.md#x", kindOf)).toEqual({
    on: "nowhere",
    path: "docs/how-to/absent.md",
  });
});

test("files and folders have addresses of their own on GitHub", () => {
  const repository = { name: "owner/name" };
  expect(addressIn(repository, "file", "LICENSE")).toBe(
    "https://github.com/owner/name/blob/HEAD/LICENSE",
  );
  expect(addressIn(repository, "folder", "deploy")).toBe(
    "https://github.com/owner/name/tree/HEAD/deploy",
  );
});
