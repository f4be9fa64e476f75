/** `gmsa test .` as users run it. */

import { folderOfEachTest } from "../support/folder-of-test";
import { gmsa } from "../support/gmsa-program";

const folder = folderOfEachTest("gmsa-test-");

describe("gmsa test of a repository", () => {
  const BAD = "cases: []\n";
  const REFUSED = "  - { name: no Pod may, object: POD, expect: refused }\n";
  const ADMITTED = "  - { name: the Pod may, object: POD, expect: admitted }\n";
  const POD =
    "{ apiVersion: v1, kind: Pod, metadata: { name: p }, spec: { securityContext: " +
    "{ windowsOptions: { gmsaCredentialSpecName: x } }, containers: [{ name: c }] } }";

  function suiteFile(name: string, cases: string): void {
    const head = "apiVersion: gmsa.pepr.dev/v1\nkind: TestSuite\n";
    const body = cases === BAD ? cases : `cases:\n${cases.replaceAll("POD", POD)}`;
    folder.file(name, `${head}name: ${name}\n${body}`);
  }

  test("finds the suites, skips other files, and continues after one that is broken", async () => {
    suiteFile("a/first.yaml", REFUSED);
    suiteFile("b/broken.yaml", BAD);
    suiteFile("c/last.yaml", ADMITTED);
    folder.file("d/unreadable.yaml", "apiVersion: v1\nkind: a: b\n");
    folder.file("values.yaml", "image: web\n");
    folder.file(
      "pod.yaml",
      `apiVersion: v1\nkind: Pod\nmetadata: {name: q}\nspec: {containers: []}\n`,
    );
    const result = await gmsa(["test", "."], { cwd: folder.path });
    expect(result).toMatchObject({ code: 1, stderr: "" });
    const lines = result.stdout.split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "d/unreadable.yaml:2: error: bad indentation of a mapping entry (GMSA201)",
      "b/broken.yaml:4: error: cases: is empty (GMSA206)",
      "",
      "a/first.yaml",
      "  ✔ no Pod may",
      "",
    ]);
    expect(lines.slice(6, 9)).toEqual([
      "c/last.yaml",
      "  ✘ the Pod may (c/last.yaml:5)",
      expect.stringMatching(/^ {6}Pod\/p in default: expected admitted, but it is refused: /),
    ]);
    expect(result.stdout).toMatch(/\n\n1 passed, 1 failed\n$/);

    const junit = await gmsa(["test", ".", "-o", "junit"], { cwd: folder.path });
    expect(junit.stdout).toContain('<testsuites name="gmsa test" tests="4" failures="3" ');
    const github = await gmsa(["test", ".", "-o", "github"], { cwd: folder.path });
    expect(github.stdout.match(/^::error file=[^,]+,line=\d+,col=\d+,title=GMSA\d+/gm)).toEqual([
      "::error file=d/unreadable.yaml,line=2,col=8,title=GMSA201",
      "::error file=b/broken.yaml,line=4,col=8,title=GMSA206",
      "::error file=c/last.yaml,line=5,col=5,title=GMSA207",
    ]);
  });

  test("runs the cases that --run names, and lists only failures on demand", async () => {
    suiteFile("a.yaml", REFUSED);
    suiteFile("b.yaml", ADMITTED);
    const run = (...args: string[]): ReturnType<typeof gmsa> =>
      gmsa(["test", ".", ...args], { cwd: folder.path });
    expect(await run("--run", "^no Pod")).toMatchObject({
      code: 0,
      stdout: "a.yaml\n  ✔ no Pod may\n\n1 passed, 0 failed\n",
    });
    expect((await run("--run", "^a.yaml/")).stdout).toContain("1 passed, 0 failed");
    const failures = await run("--fail-only");
    expect(failures.stdout).toMatch(/^b\.yaml\n {2}✘ the Pod may/);
    expect(failures.stdout).toMatch(/\n\n1 passed, 1 failed\n$/);
    expect(await run("--run", "other")).toMatchObject({
      code: 1,
      stderr: "error: no case matches --run other\n",
    });
    expect(await run("--run", "(")).toMatchObject({ code: 2, stdout: "" });
  });

  test("without a suite, tries all Pods, and reports refusals with code and place", async () => {
    folder.file(
      "k8s/pod.yaml",
      `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  securityContext:\n    windowsOptions:\n      gmsaCredentialSpecName: x\n  containers: [{ name: c }]\n  nodeSelector: { kubernetes.io/os: windows }\n`,
    );
    folder.file("values.yaml", "image: web\n");
    const json = await gmsa(["test", ".", "-v", "-o", "json"], { cwd: folder.path });
    expect(json).toMatchObject({
      code: 1,
      stderr: "skipped values.yaml: not a Kubernetes object\n",
    });
    expect(JSON.parse(json.stdout)).toMatchObject({
      results: [{ refusals: [{ reason: "not authorized", code: "GMSA262" }] }],
      findings: [],
    });
    const { stdout } = await gmsa(["test", ".", "-o", "sarif"], { cwd: folder.path });
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [
        {
          results: [
            {
              ruleId: "GMSA262",
              level: "error",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "k8s/pod.yaml" },
                    region: { startLine: 7, startColumn: 31 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});
