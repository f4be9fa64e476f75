/** `gmsa lint` as users run it on a repository. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { gmsa } from "../support/gmsa-program";

const ROOT = join(__dirname, "../..");
const CREDSPEC = readFileSync(join(ROOT, "examples/credspec.yaml"), "utf8");
const DEPLOYMENT = readFileSync(join(ROOT, "examples/deployment-pod-level.yaml"), "utf8");
/** Lint finds this Deployment, and reports an error in it. */
const LINUX = DEPLOYMENT.replaceAll("kubernetes.io/os: windows", "kubernetes.io/os: linux");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gmsa-lint-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function files(contents: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(contents)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function lint(...args: string[]): ReturnType<typeof gmsa> {
  return gmsa(["lint", ...args], { cwd: folder });
}

describe("gmsa lint of a repository", () => {
  test("skips files that are not manifests, and lists them on demand", async () => {
    files({
      "k8s/credspec.yaml": CREDSPEC,
      "k8s/web.yaml": DEPLOYMENT,
      "k8s/kustomization.yaml":
        "resources: [credspec.yaml, web.yaml]\npatches: [{ path: patch.yaml }]\n",
      "k8s/patch.yaml":
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 3 }\n",
      "compose.yaml": "services: { web: { image: web } }\n",
      "package.json": "{}",
      "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
      "chart/values.yaml": "image: web\n",
      "chart/templates/web.yaml":
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: {{ .Release.Name }} }\n",
      "picture.json": Uint8Array.from([0x41, 0xc3, 0x28]),
      "node_modules/other/broken.yaml": LINUX,
      ".gitignore": "generated/\n",
      "generated/web.yaml": LINUX,
    });
    symlinkSync("..", join(folder, "k8s/loop"));
    const result = await lint(".", "-v");
    expect(result).toEqual({
      code: 0,
      stdout: "",
      stderr: [
        "skipped picture.json: not text",
        "skipped chart/Chart.yaml: the description of a Helm chart",
        "skipped chart/templates/web.yaml: a Helm template",
        "skipped chart/values.yaml: not a Kubernetes object",
        "skipped compose.yaml: not a Kubernetes object",
        "skipped k8s/kustomization.yaml: a kustomization; lint the output of `kubectl kustomize`",
        "skipped k8s/patch.yaml: a patch of the kustomization in k8s; lint the output of `kubectl kustomize`",
        "skipped package.json: not a Kubernetes object",
        "1 Helm chart not rendered: chart. Run `helm template chart | gmsa lint -f -`.",
        "1 credential spec, 1 GMSA workload, 0 other objects: 0 errors, 0 warnings; 8 files skipped",
        "",
      ].join("\n"),
    });
    const { stderr } = await lint(".");
    expect(stderr).toMatch(/; 8 files skipped \(-v lists them\)\n$/);
    const { stdout } = await lint(".", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({ findings: [], skipped: { length: 8 } });
  });

  test("finds problems in subfolders, and leaves out the ignored files", async () => {
    files({ "a/b/web.yaml": LINUX, "old/web.yaml": LINUX, "c/web.yaml": LINUX });
    const all = await lint(".");
    expect(all.code).toBe(1);
    expect(all.stdout.match(/^\S+:\d+: error: .*\(GMSA213\)$/gm)).toHaveLength(3);
    const some = await lint(".", "--ignore", "old/", "--ignore", "/c");
    expect(some.stdout.match(/^\S+:\d+: error: /gm)).toEqual([
      expect.stringMatching(/^a\/b\/web\.yaml:/),
    ]);
    const glob = await lint("c/*.yaml", "o*");
    const found = glob.stdout.match(/^\S+(?=:\d+: error: )/gm);
    expect(found).toEqual(["c/web.yaml", "old/web.yaml"]);
  });

  test("checks a file named on the command line, even if it does not look like a manifest", async () => {
    files({ "values.yaml": "image: web\n", "template.yaml": "kind: {{ .x }}: y\n" });
    expect(await lint("values.yaml", "template.yaml")).toMatchObject({
      code: 1,
      stdout:
        "template.yaml:1: error: ".replace("template", "values") +
        "not a Kubernetes object: apiVersion: is missing (GMSA202)\n" +
        "template.yaml:1: error: bad indentation of a mapping entry (GMSA201)\n" +
        "  It looks like a template. Render it first, for example with `helm template … | gmsa lint -f -`.\n",
    });
  });

  test("continues after a file that cannot be read, which is an error", async () => {
    const binary = Buffer.concat([
      Buffer.from("apiVersion: v1\nkind: Pod\n"),
      Buffer.from([0xc3, 0x28]),
    ]);
    files({ "a.yaml": "apiVersion: v1\nkind: a: b\n", "b.yaml": binary, "c.yaml": CREDSPEC });
    const expected: unknown[] = [
      expect.stringMatching(/^b\.yaml:1: error: b\.yaml is not text: its bytes are not UTF-8/),
      expect.stringMatching(/^a\.yaml:2: error: bad indentation of a mapping entry/),
    ];
    for (const args of [["."], ["-f", "."]]) {
      const { code, stdout, stderr } = await lint(...args);
      expect(code).toBe(1);
      expect(stdout.match(/^\S+:\d+: .*/gm)).toEqual(expect.arrayContaining(expected));
      expect(stderr).toContain("1 credential spec, 0 GMSA workloads, 0 other objects: 2 errors");
    }
    const { stdout } = await lint("nowhere", "c.yaml", "-f", "nothing.yaml");
    expect(stdout).toBe(
      "nowhere:1: error: cannot read nowhere: no such file or folder (GMSA201)\n" +
        "nothing.yaml:1: error: cannot read nothing.yaml: no such file or folder (GMSA201)\n",
    );
  });

  test.each([
    ["nothing", ""],
    ["a comment", "# rendered\n---\n"],
  ])("fails if the program before it in the pipe wrote %s", async (_, stdin) => {
    for (const args of [["-f", "-"], ["-"]]) {
      expect(await gmsa(["lint", ...args], { stdin })).toMatchObject({
        code: 1,
        stdout:
          "stdin:1: error: the input does not contain a Kubernetes object (GMSA202)\n" +
          "  The command before the pipe may have failed. Run it alone.\n",
      });
    }
    expect(await gmsa(["test", "-f", "-"], { stdin })).toMatchObject({ code: 1 });
  });

  test("wrong usage ends with 2", async () => {
    expect(await lint()).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "error: missing files or folders to check, as in `gmsa lint .`\nSee `gmsa lint --help`.\n",
    });
    expect(await lint("-", "-f", "-")).toMatchObject({ code: 2 });
    expect(await lint("-f", ".", "--ignore", "a")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("error: --ignore is for paths") as string,
    });
  });
});

describe("gmsa lint -k", () => {
  const program = (name: string, script: string): void => {
    files({ [`bin/${name}`]: `#!/bin/sh\n${script}` });
    chmodSync(join(folder, "bin", name), 0o755);
  };
  const withPath = (...args: string[]): ReturnType<typeof gmsa> =>
    gmsa(["lint", ...args], { cwd: folder, env: { PATH: join(folder, "bin") } });

  beforeEach(() => {
    files({ "overlay/all.yaml": LINUX, "bin/none": "" });
  });

  test.each([
    ["kubectl", "kustomize -- overlay"],
    ["kustomize", "build -- overlay"],
  ])("reads what %s renders", async (name, words) => {
    program(
      name,
      `[ "$*" = "${words}" ] && while read -r line; do echo "$line"; done < empty.yaml; exec ${process.execPath} -e 'process.stdout.write(require("fs").readFileSync("overlay/all.yaml"))'`,
    );
    const { code, stdout } = await withPath("-k", "overlay");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^overlay \(rendered\):\d+: error: .*GMSA213/);
  });

  test("reports a missing program, or its error", async () => {
    expect(await withPath("-k", "overlay")).toMatchObject({
      code: 1,
      stdout:
        "overlay:1: error: overlay cannot be rendered: neither kubectl nor kustomize is in the PATH (GMSA201)\n" +
        "  Install one of them.\n",
    });
    program("kubectl", "echo 'error: no kustomization' >&2; exit 1\n");
    expect((await withPath("-k", "overlay")).stdout).toBe(
      "overlay:1: error: overlay cannot be rendered: error: no kustomization (GMSA201)\n" +
        "  Run `kubectl kustomize overlay` to see more.\n",
    );
  });
});

describe("gmsa lint in CI", () => {
  beforeEach(() => {
    files({ "apps/web.yaml": LINUX, "apps/credspec.yaml": CREDSPEC });
  });

  test("prints annotations for GitHub", async () => {
    const { code, stdout } = await lint(".", "-o", "github");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error file=apps\/web\.yaml,line=\d+,col=\d+,title=GMSA213%3A [^:]+::Deployment\/[^\n]+\n$/,
    );
  });

  test("prints SARIF", async () => {
    const { code, stdout } = await lint(".", "-o", "sarif");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "GMSA213", level: "error" }] }],
    });
  });

  test("prints JUnit XML, in which files without findings pass", async () => {
    const { stdout } = await lint(".", "-o", "junit");
    expect(stdout).toContain('<testsuites name="gmsa lint" tests="2" failures="1" errors="0">');
    expect(stdout).toContain(
      '<testcase name="apps/credspec.yaml" classname="apps/credspec.yaml" file="apps/credspec.yaml"/>',
    );
    expect(stdout).toMatch(/<failure type="GMSA213" message="Deployment\//);
  });
});

describe("gmsa lint --suppress and --fail-on", () => {
  const refused = join(ROOT, "examples/refused");

  test("findings of a suppressed code are left out, and do not affect the exit code", async () => {
    const both = await lint(refused);
    expect(both).toMatchObject({ code: 1 });
    expect(both.stdout).toMatch(/\(GMSA215\)[\s\S]*\(GMSA260\)/);
    const warning = await lint(refused, "--suppress", "GMSA260");
    expect(warning).toMatchObject({ code: 0 });
    expect(warning.stdout).not.toContain("GMSA260");
    expect(await lint(refused, "--suppress=GMSA260", "--fail-on=warning")).toMatchObject({
      code: 1,
    });
    const nothing = ["--suppress=GMSA260,GMSA215", "--suppress", "GMSA250", "--strict", "-q"];
    expect(await lint(refused, ...nothing)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each([["GMSA999"], ["GMSA103"], ["role"]])("%s is no code of lint", async code => {
    expect(await lint(refused, "--suppress", code)).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: there is no code "${code}"\nRun \`gmsa explain lint\` to list the codes.\n`,
    });
  });
});
