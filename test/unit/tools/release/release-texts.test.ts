import { readFileSync } from "node:fs";
import { join } from "node:path";

import { version } from "../../../../package.json";
import { notesOf } from "../../../../tools/release/changelog";
import { checkVersion } from "../../../../tools/release/make-release";
import { packageFolder } from "../../../../tools/release/sbom";
import { withVersion } from "../../../../tools/release/set-version";

const ROOT = join(__dirname, "../../../..");

function read(name: string): string {
  return readFileSync(join(ROOT, name), "utf8");
}

describe("the version", () => {
  test("follows package.json in kustomization.yaml", () => {
    const kustomization = read("kustomization.yaml");
    expect(withVersion(kustomization, version)).toBe(kustomization);
    expect(withVersion(kustomization, "9.8.7")).toContain("app.kubernetes.io/version: 9.8.7\n");
    expect(() => withVersion("labels: []", version)).toThrow("has 0 labels");
  });

  test("is that of package.json, or nothing is released", () => {
    expect(() => {
      checkVersion(version);
    }).not.toThrow();
    expect(() => {
      checkVersion("9.8.7");
    }).toThrow(`package.json has version ${version}, not 9.8.7`);
  });
});

describe("the changelog", () => {
  test("describes this version", () => {
    expect(notesOf(read("CHANGELOG.md"), version)).toMatch(/^\S/);
  });

  test("gives the notes of one version", () => {
    const changelog =
      "## [1.1.0] - 2026-01-02\n\n- new\n\n## [1.0.0] - 2026-01-01\n\n- old\n\n[1.0.0]: x";
    expect(notesOf(changelog, "1.1.0")).toBe("- new\n");
    expect(notesOf(changelog, "1.0.0")).toBe("- old\n");
  });

  test.each([
    ["## [1.0.0] - 2026-01-01\n\n- old", "has no section"],
    ["## [1.1.0] - 2026-01-02\n\n## [1.0.0]\n\n- old", "does not describe 1.1.0"],
  ])("refuses a version that it does not describe: %j", (changelog, message) => {
    expect(() => notesOf(changelog, "1.1.0")).toThrow(message);
  });
});

test.each([
  ["node_modules/yaml/dist/index.js", "node_modules/yaml"],
  ["../node_modules/@scope/name/index.js", "node_modules/@scope/name"],
  ["node_modules/a/node_modules/@b/c/d.js", "node_modules/a/node_modules/@b/c"],
  ["cli/main.ts", undefined],
])("the package of %s is %s", (file, folder) => {
  expect(packageFolder(file)).toBe(folder);
});
