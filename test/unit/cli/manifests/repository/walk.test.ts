import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { walk } from "../../../../../cli/manifests/repository/walk";

let root: string;
let failures: string[];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "gmsa-walk-")));
  failures = [];
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function files(contents: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(contents)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function folders(...names: string[]): void {
  for (const name of names) mkdirSync(join(root, name), { recursive: true });
}

/** The files found, relative to the root of the repository. */
function found(paths: string[] = ["."], ignored: string[] = []): string[] {
  const absolute = paths.map(path => join(root, path));
  const walked = walk(absolute, ignored, ({ message }) => failures.push(message));
  return walked.files.map(({ name }) => name.slice(root.length + 1));
}

describe("the files below a folder", () => {
  test("are the YAML and JSON files of all folders, by name", () => {
    files({ "b.yaml": "", "a.yml": "", "c/d/e.JSON": "", "README.md": "", ".github/ci.yaml": "" });
    expect(found()).toEqual([".github/ci.yaml", "a.yml", "b.yaml", "c/d/e.JSON"]);
  });

  test("exclude .git and node_modules at any depth", () => {
    files({
      "a.yaml": "",
      ".git/x.yaml": "",
      "b/node_modules/c/x.yaml": "",
      "node_modules/y.json": "",
    });
    expect(found()).toEqual(["a.yaml"]);
  });

  test("exclude those of .gitignore, and the deepest folder takes precedence", () => {
    files({
      ".gitignore": "/build/\n*.tmp.yaml\n!kept.tmp.yaml\n",
      "build/x.yaml": "",
      "apps/build/x.yaml": "",
      "apps/a.tmp.yaml": "",
      "apps/kept.tmp.yaml": "",
      "apps/deep/.gitignore": "!a.tmp.yaml\nonly-here.yaml\n",
      "apps/deep/a.tmp.yaml": "",
      "apps/deep/only-here.yaml": "",
      "only-here.yaml": "",
    });
    expect(found()).toEqual([
      ...["apps/build/x.yaml", "apps/deep/a.tmp.yaml", "apps/kept.tmp.yaml", "only-here.yaml"],
    ]);
  });

  test("exclude those of .gmsaignore, which takes precedence over .gitignore", () => {
    files({
      ".gitignore": "generated.yaml\n",
      ".gmsaignore": "fixtures/\n!generated.yaml\n",
      "generated.yaml": "",
      "fixtures/x.yaml": "",
    });
    expect(found()).toEqual(["generated.yaml"]);
  });

  test("follow the patterns above the folder, up to the root of the repository", () => {
    files({ ".gitignore": "*.tmp.yaml\napps/old/\n", "apps/a.tmp.yaml": "", "apps/b.yaml": "" });
    files({ "apps/old/c.yaml": "" });
    folders(".git");
    expect(found(["apps"])).toEqual(["apps/b.yaml"]);
    // A path that is named explicitly is never ignored.
    expect(found(["apps/old"])).toEqual(["apps/old/c.yaml"]);
    expect(found(["apps/a.tmp.yaml"])).toEqual(["apps/a.tmp.yaml"]);
  });

  test("are matched with their case, as in Git", () => {
    files({ ".gitignore": "Secret.yaml\n", "secret.yaml": "", "Secret.yaml": "" });
    expect(found()).toEqual(["secret.yaml"]);
  });

  test("exclude those of an option, whose patterns are relative to the working directory", () => {
    files({ "a/x.yaml": "", "b/x.yaml": "" });
    const before = process.cwd();
    process.chdir(root);
    try {
      const { files: walked } = walk(["."], ["/a/", "!nothing"], () => undefined);
      expect(walked.map(({ name }) => name)).toEqual(["b/x.yaml"]);
    } finally {
      process.chdir(before);
    }
  });

  test("are read once, even if several paths and links lead to them", () => {
    files({ "real/a.yaml": "" });
    symlinkSync("real", join(root, "an-earlier-name"));
    symlinkSync("../real", join(root, "real/back"));
    symlinkSync("real/a.yaml", join(root, "z.yaml"));
    expect(found([".", "real", "real/a.yaml"])).toEqual(["real/a.yaml"]);
    expect(found(["an-earlier-name"])).toEqual(["an-earlier-name/a.yaml"]);
  });

  test("are not named pipes, which may have no writer", () => {
    files({ "a.yaml": "" });
    execFileSync("mkfifo", [join(root, "pipe.yaml")]);
    expect(found(["."])).toEqual(["a.yaml"]);
  });

  test("include targets of links outside the folder, and broken links are skipped", () => {
    files({ "out/a.yaml": "", "in/b.yaml": "" });
    symlinkSync("../out", join(root, "in/out"));
    symlinkSync("nowhere", join(root, "in/none.yaml"));
    symlinkSync("loop-b", join(root, "in/loop-a"));
    symlinkSync("loop-a", join(root, "in/loop-b"));
    expect(found(["in"])).toEqual(["in/b.yaml", "in/out/a.yaml"]);
    expect(failures).toEqual([]);
    const { brokenLinks } = walk([join(root, "in")], [], () => undefined);
    expect(brokenLinks.map(name => name.slice(root.length))).toEqual([
      ...["/in/loop-a", "/in/loop-b", "/in/none.yaml"],
    ]);
  });
});

describe("a path", () => {
  test("may be a pattern, which finds files and folders", () => {
    files({ "apps/a/x.yaml": "", "apps/b/y.json": "", "apps/b/z.md": "", "z.yaml": "" });
    symlinkSync("..", join(root, "apps/a/up"));
    expect(found(["apps/*/*.yaml"])).toEqual(["apps/a/x.yaml"]);
    expect(found(["**/y.json"])).toEqual(["apps/b/y.json"]);
    expect(found(["apps/{a,b}"])).toEqual(["apps/a/x.yaml", "apps/b/y.json"]);
  });

  test("that exists is not a pattern", () => {
    files({ "[a].yaml": "", "a.yaml": "" });
    expect(found(["[a].yaml"])).toEqual(["[a].yaml"]);
  });

  test("that matches no file is a failure, and the others are read", () => {
    files({ "a.yaml": "" });
    folders("empty");
    expect(found(["nowhere", "empty", "*.json", "a.yaml"])).toEqual(["a.yaml"]);
    expect(failures.map(message => message.replaceAll(root, ""))).toEqual([
      "cannot read /nowhere: no such file or folder",
      "/empty does not contain a file that ends with .yaml, .yml, .json",
      "/*.json matches no file that ends with .yaml, .yml, .json",
    ]);
  });
});

describe("templates of a Helm chart", () => {
  const chartOf = (...paths: string[]): (string | undefined)[] =>
    walk(
      paths.map(path => join(root, path)),
      [],
      () => undefined,
    ).files.map(({ chart }) => chart?.slice(root.length));

  test("are recognised by the chart above them, wherever the search starts", () => {
    files({
      "chart/Chart.yaml": "",
      "chart/templates/deep/a.yaml": "",
      "chart/charts/sub/Chart.yaml": "",
      "chart/charts/sub/templates/b.yaml": "",
      "chart/crds/c.yaml": "",
      "templates/d.yaml": "",
    });
    expect(chartOf(".")).toEqual([
      ...[undefined, undefined, "/chart/charts/sub", undefined, "/chart", undefined],
    ]);
    const before = process.cwd();
    process.chdir(join(root, "chart"));
    try {
      const { files: walked } = walk(["templates/deep"], [], () => undefined);
      expect(walked).toEqual([{ name: "templates/deep/a.yaml", isNamed: false, chart: "." }]);
    } finally {
      process.chdir(before);
    }
  });
});
