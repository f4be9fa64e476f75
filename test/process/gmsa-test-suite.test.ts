/** `gmsa test --suite` as users run it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { folderOfEachTest } from "../support/folder-of-test";
import { gmsa } from "../support/gmsa-program";

const ROOT = join(__dirname, "../..");
const EXAMPLES = join(ROOT, "examples");
const folder = folderOfEachTest("gmsa-test-");

function suite(cases: string, head = ""): string {
  return folder.file(
    "suite.yaml",
    `apiVersion: gmsa.pepr.dev/v1\nkind: TestSuite\n${head}cases:\n${cases}`,
  );
}

function pod(name: string, spec: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers: [{ name: c }]\n${spec}`;
}

describe("gmsa test --suite", () => {
  test("the examples are as their suite expects, and JUnit has every case", async () => {
    const report = join(folder.path, "report.xml");
    const args = ["test", "--suite", "examples/suite.yaml", "--junit", report];
    const result = await gmsa(args, { cwd: ROOT });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toContain("examples/suite.yaml: the examples\n  ✔ a Deployment gets");
    expect(result.stdout).toMatch(/\n\n9 passed, 0 failed\n$/);

    const xml = readFileSync(report, "utf8");
    expect(xml).toMatch(
      /<testsuites name="gmsa test" tests="9" failures="0" errors="0" time="[\d.]+">/,
    );
    expect(
      xml.match(
        /<testcase name="[^"]+" classname="the examples" file="[^"]+" time="\d+\.\d{3}"\/>/g,
      ),
    ).toHaveLength(9);
    const printed = await gmsa(["test", "--suite", "-", "-o", "junit"], suiteOnStdin());
    const timeless = (text: string): string => text.replace(/ time="[^"]*"/g, "");
    expect(timeless(printed.stdout)).toBe(timeless(xml.replaceAll("examples/suite.yaml", "stdin")));
  });

  function suiteOnStdin(): { cwd: string; stdin: string } {
    return { cwd: EXAMPLES, stdin: readFileSync(join(EXAMPLES, "suite.yaml"), "utf8") };
  }

  test("every place kind can be expected", async () => {
    const settings = (name: string): string =>
      `securityContext: { windowsOptions: { gmsaCredentialSpecName: ${name} } }`;
    const path = suite(
      `
  - name: all places
    object:
      apiVersion: v1
      kind: Pod
      metadata: { name: p, namespace: gmsa-demo }
      spec:
        serviceAccountName: webapp1
        ${settings("webapp1")}
        containers: [{ name: a, ${settings("webapp1")} }, { name: b, ${settings("other")} }]
        initContainers: [{ name: i, ${settings("webapp1")} }]
        ephemeralContainers: [{ name: e, ${settings("other")} }]
    expect:
      outcome: refused
      reasons: [not authorized]
      message:
        - (gmsaCredentialSpecName of container "b", ephemeral container "e")
      places:
        pod: passed
        container a: passed
        container "b": not authorized
        init container i: passed
        ephemeral container e: not authorized
`,
      `manifests: [${join(EXAMPLES, "credspec.yaml")}, ${join(EXAMPLES, "rbac.yaml")}]\n`,
    );
    expect(await gmsa(["test", "--suite", path])).toMatchObject({ code: 0, stderr: "" });
  });

  test("a failed case shows the differences, in the table and in JUnit", async () => {
    folder.file(
      "pods/p.yaml",
      pod("p", "  securityContext: { windowsOptions: { gmsaCredentialSpecName: x } }\n"),
    );
    const report = join(folder.path, "report.xml");
    const path = suite(`
  - name: should get in
    manifests: [pods/p.yaml]
    expect: admitted
  - name: "another <reason> & \\"more\\" \\u0001"
    manifests: [pods]
    expect: { outcome: refused, reasons: [no such credspec], message: [nothing like it] }
  - name: another place
    manifests: [pods]
    expect: { outcome: refused, places: { pod: filled in, container c: filled in } }
  - name: not there
    workload: Deployment/web
    expect: admitted
  - name: without GMSA
    object: { apiVersion: v1, kind: Pod, metadata: { name: plain }, spec: { containers: [] } }
    expect: refused
`);
    const result = await gmsa(["test", "--suite", path, "-n", "shop", "--junit", report]);
    expect(result).toMatchObject({ code: 1, stderr: "" });
    const why =
      'service account "default" is not authorized to `use` GMSA cred spec "x" (gmsaCredentialSpecName of pod "p").';
    const lines = result.stdout.split("\n");
    expect(lines[0]).toBe(path);
    expect(lines[1]).toBe(`  ✘ should get in (${path}:5)`);
    expect(lines[2]).toContain(`      Pod/p in shop: expected admitted, but it is refused: ${why}`);
    expect(lines[4]).toBe(
      "      Pod/p in shop: expected as reasons no such credspec, but they are not authorized",
    );
    expect(lines[5]).toContain(
      `      Pod/p in shop: expected a message with "nothing like it", but it is: ${why}`,
    );
    expect(lines.slice(6)).toEqual([
      `  ✘ another place (${path}:11)`,
      "      Pod/p in shop: expected pod filled in, but it is not authorized",
      "      Pod/p in shop: expected container c filled in, but it has no GMSA settings",
      `  ✘ not there (${path}:14)`,
      "      there is no Deployment/web in the manifests",
      `  ✘ without GMSA (${path}:17)`,
      "      Pod/plain in shop: expected refused, but it is admitted",
      "",
      "0 passed, 5 failed",
      "",
    ]);
    const xml = readFileSync(report, "utf8");
    expect(xml).toContain(' tests="5" failures="5" ');
    expect(xml).toContain('name="another &lt;reason&gt; &amp; &quot;more&quot; \ufffd"');
    expect(xml).toContain(
      '<failure type="not as expected" message="there is no Deployment/web in the manifests">' +
        `${path}:14\nthere is no Deployment/web in the manifests</failure>`,
    );
  });

  test("-f adds manifests to the suite, which names workloads of them", async () => {
    const path = suite(`
  - { name: one, workload: Deployment/pod-level, expect: admitted }
  - { name: the same there, workload: Deployment/pod-level, namespace: gmsa-demo, expect: admitted }
  - { name: not there, workload: Deployment/pod-level, namespace: shop, expect: admitted }
`);
    const result = await gmsa(["test", "--suite", path, "-f", EXAMPLES, "-o", "json"]);
    expect(result).toMatchObject({ code: 1 });
    expect(JSON.parse(result.stdout)).toMatchObject({
      passed: 2,
      failed: 1,
      suites: [{ cases: [{ passed: true }, { passed: true }, { passed: false }] }],
    });
  });

  test("every error in a suite is reported, with line and field", async () => {
    const path = suite(
      `
  - expect: admited
  - name: 5
    manifests: [none.yaml]
    expect: { outcome: admitted, reasons: [not authorized] }
    comment: hello
  - name: no Pod
    expect: admitted
  - name: two
    workload: web
    object: { apiVersion: v1, kind: Pod, metadata: {}, spec: { containers: 1 } }
    expect: { outcome: refused, reasons: [forbidden], places: { sidecar: kept } }
`,
      "description: x\n",
    );
    const result = await gmsa(["test", "--suite", path]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    const reasons = [
      "settings changed",
      "contents without name",
      "too many credspecs",
      "not authorized",
      "no such credspec",
      "no credspec key",
      "contents differ",
      "contents malformed",
      "contents not inlined",
      "cluster failed",
      "namespace excluded",
      "webhook unavailable",
      "not checked",
      "not created",
    ]
      .map(reason => JSON.stringify(reason))
      .join(", ");
    expect(result.stderr.replaceAll(path, "suite.yaml").split("\n")).toEqual([
      "error: suite.yaml:1: has unknown fields: description",
      "suite.yaml:6: cases[0].name: is missing",
      'suite.yaml:6: cases[0].expect.outcome: must be "admitted" or "refused", not "admited"',
      "suite.yaml:7: cases[1].name: must be a string, not a number",
      "suite.yaml:7: cases[1]: has unknown fields: comment",
      "suite.yaml:9: cases[1].expect: an admitted Pod has no reasons and no message",
      "suite.yaml:14: cases[3].workload: must be kind/name, such as Deployment/web",
      "suite.yaml:15: cases[3].object.metadata.name: the name is missing",
      `suite.yaml:16: cases[3].expect.reasons[0]: must be ${reasons} or "field name", not "forbidden"`,
      "suite.yaml:16: cases[3].expect.places.sidecar: is not a place: use pod, container NAME, init container NAME or ephemeral container NAME",
      "`gmsa explain test-suites` has an example.",
      "",
    ]);
  });

  test("missing files of a suite, and cases without a Pod, are reported", async () => {
    const path = suite(
      `
  - { name: no Pod, expect: admitted }
  - { name: two, workload: Pod/a, object: { apiVersion: v1, kind: List }, expect: admitted }
`,
      "manifests: [none.yaml]\n",
    );
    const { stderr } = await gmsa(["test", "--suite", path]);
    expect(stderr.replaceAll(folder.path, "")).toBe(
      "error: /suite.yaml:3: manifests[0]: cannot read /none.yaml: no such file or folder\n" +
        "/suite.yaml:6: cases[0]: does not name a Pod: give object, workload, or manifests\n" +
        "/suite.yaml:7: cases[1].workload: cannot be given beside object\n" +
        "`gmsa explain test-suites` has an example.\n",
    );
    const other = await gmsa(["test", "--suite", join(EXAMPLES, "plain-pod.yaml")]);
    expect(other).toMatchObject({ code: 1 });
    expect(other.stderr).toContain("plain-pod.yaml:3: kind: must be TestSuite, not Pod");
  });
});
