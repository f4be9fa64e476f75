import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readAllManifests, readManifests } from "../../../../cli/manifests/manifests";

const CREDSPEC = `apiVersion: windows.k8s.io/v1
kind: GMSACredentialSpec
metadata:
  name: webapp1
`;
const BOM = "\ufeff";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gmsa-manifests-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function namesIn(...filename: string[]): (string | undefined)[] {
  return readAllManifests({ filename }).map(({ object }) => object.metadata?.name);
}

/** The messages about problems in a file, without its path. */
function problemsIn(content: string): string[] {
  const { problems } = readManifests({ filename: [file("wrong.yaml", content)] });
  return problems.map(({ line, problem }) => `${line}: ${problem}`);
}

describe("a file of manifests", () => {
  test.each([
    ["UTF-8", Buffer.from(CREDSPEC)],
    ["UTF-8 with a byte order mark", Buffer.from(BOM + CREDSPEC)],
    ["UTF-16 little endian", Buffer.from(BOM + CREDSPEC, "utf16le")],
    ["UTF-16 big endian", Buffer.from(BOM + CREDSPEC, "utf16le").swap16()],
    ["UTF-16 without its mark", Buffer.from(CREDSPEC, "utf16le")],
  ])("is read in %s", (_, bytes) => {
    expect(namesIn(file("webapp1.yaml", bytes))).toEqual(["webapp1"]);
  });

  test("is refused where it is not text", () => {
    const path = file("picture.yaml", Buffer.from([0x41, 0xc3, 0x28]));
    expect(() => namesIn(path)).toThrow(`${path} is not text: its bytes are not UTF-8`);
  });

  test("may hold several documents, empty ones, Lists and JSON", () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "first" } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "second" } },
      ],
    };
    const yaml = file("all.yaml", `# a comment\n---\n${CREDSPEC}---\n---\n${JSON.stringify(list)}`);
    expect(namesIn(yaml, file("list.json", JSON.stringify(list)))).toEqual([
      ...["webapp1", "first", "second"],
      ...["first", "second"],
    ]);
  });

  test("may hold typed Lists, whose members need no apiVersion and kind", () => {
    const members = `items:\n  - metadata: {name: first}\n    credspec: {}\n`;
    const [first, ...others] = readAllManifests({
      filename: [
        file(
          "list.yaml",
          `apiVersion: windows.k8s.io/v1\nkind: GMSACredentialSpecList\n${members}`,
        ),
        file("none.yaml", "apiVersion: v1\nkind: PodList\nitems: null\n"),
      ],
    });
    expect(others).toEqual([]);
    expect(first?.object).toEqual({
      apiVersion: "windows.k8s.io/v1",
      kind: "GMSACredentialSpec",
      metadata: { name: "first" },
      credspec: {},
    });
    expect(first?.lineOf(["metadata", "name"])).toBe(4);
  });

  test("may hold an object whose kind only ends as that of a List", () => {
    const object = "apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: all}\n";
    expect(namesIn(file("allow.yaml", object))).toEqual(["all"]);
  });

  test("may use anchors and merge keys, and has no dates", () => {
    const [manifest] = readAllManifests({
      filename: [
        file(
          "merged.yaml",
          `x: &common {app: web}\n${CREDSPEC}  labels:\n    <<: *common\n    day: 2026-11-25\n`,
        ),
      ],
    });
    expect(manifest?.object.metadata?.labels).toEqual({ app: "web", day: "2026-11-25" });
  });

  test("finds the line of a field", () => {
    const [first, second] = readAllManifests({
      filename: [file("two.yaml", `# a comment\n${CREDSPEC}---\n${CREDSPEC}`)],
    });
    expect([first?.lineOf(), first?.lineOf(["metadata", "name"])]).toEqual([2, 5]);
    expect([second?.lineOf(), second?.lineOf(["metadata", "name"])]).toEqual([7, 10]);
  });
});

describe("a folder of manifests", () => {
  beforeEach(() => {
    mkdirSync(join(folder, "manifests/deeper"), { recursive: true });
    file("manifests/b.yaml", CREDSPEC.replace("webapp1", "b"));
    file("manifests/a.yml", CREDSPEC.replace("webapp1", "a"));
    file("manifests/README.md", "no manifest");
    file("manifests/deeper/c.json", `{"apiVersion":"v1","kind":"Any","metadata":{"name":"c"}}`);
  });

  test("is read by name, without its folders", () => {
    expect(namesIn(join(folder, "manifests"))).toEqual(["a", "b"]);
  });

  test("is read with its folders if that is asked for", () => {
    const manifests = readAllManifests({ filename: [join(folder, "manifests")], recursive: true });
    expect(manifests.map(({ object }) => object.metadata?.name)).toEqual(["a", "b", "c"]);
  });

  test("without a manifest is an error", () => {
    expect(() => namesIn(folder)).toThrow(
      `${folder} does not contain a file that ends with .yaml, .yml, .json`,
    );
  });

  test("that is not there is an error", () => {
    const path = join(folder, "nowhere");
    expect(() => namesIn(path)).toThrow(`cannot read ${path}: no such file or folder`);
  });
});

describe("a document that is not an object", () => {
  const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n";

  test.each([
    ["no YAML", "a: b: c\n", "1: bad indentation of a mapping entry"],
    [
      "a key that is there twice",
      `${CREDSPEC}kind: Pod\n`,
      "5: this key is in the same mapping twice, and kubectl reads the last one",
    ],
    [
      "a number that JSON does not have",
      `${CREDSPEC.trimEnd()}\nx:\n  - b.inf: -.INF\n`,
      "6: not a JSON number: -Infinity",
    ],
    ["a text", "hello\n", "1: not a Kubernetes object: must be an object, not a string"],
    ["a list", "- 1\n", "1: not a Kubernetes object: must be an object, not an array"],
    ["no kind", "apiVersion: v1\n", "1: not a Kubernetes object: kind: is missing"],
    [
      "a name that is a number",
      "apiVersion: v1\nkind: Any\nmetadata:\n  name: 1\n",
      "4: must be a string, but kubectl reads 1 as a number (1)",
    ],
    [
      "no name",
      "apiVersion: windows.k8s.io/v1\nkind: GMSACredentialSpec\nmetadata: {}\n",
      "3: not a valid GMSACredentialSpec: metadata.name: the name is missing",
    ],
    [
      "containers that are no list",
      `${pod}  containers: {name: web}\n`,
      "5: not a valid Pod: spec.containers: must be an array, not an object",
    ],
    [
      "a container without a name",
      `${pod}  initContainers:\n    - image: web\n`,
      "6: not a valid Pod: spec.initContainers.0.name: is missing",
    ],
    [
      "Windows options that are a text",
      `${pod}  securityContext:\n    windowsOptions: webapp1\n`,
      "6: not a valid Pod: spec.securityContext.windowsOptions: must be an object, not a string",
    ],
    [
      "a workload without a template",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {}\n",
      "4: not a valid Deployment: spec.template: is missing",
    ],
    [
      "a List of nothing that can be counted",
      "apiVersion: v1\nkind: List\nitems: 5\n",
      "3: not a valid List: items: must be an array, not a number",
    ],
    [
      "a List without items",
      "apiVersion: v1\nkind: List\n",
      "1: not a valid List: items: is missing",
    ],
    [
      "a member of a typed List that is no object",
      "apiVersion: v1\nkind: PodList\nitems:\n  - 5\n",
      "4: not a Kubernetes object: must be an object, not a number",
    ],
    [
      "JSON nested without end",
      `{"apiVersion":"v1","kind":"Any","deep":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
      "1: nesting exceeded maxDepth (100)",
    ],
    [
      "a role whose verbs are a text",
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules:\n  - verbs: use\n",
      "5: not a valid Role: rules.0.verbs: must be an array, not a string",
    ],
  ])("is reported with its line: %s", (_, content, problem) => {
    expect(problemsIn(content)).toEqual([problem]);
  });

  const render = "It looks like a template. Render it first";

  test.each([
    ["a template that YAML reads", "apiVersion: v1\nkind: {{ .kind }}\n", render],
    ["a template that it does not", "{{ if .x }}\napiVersion: v1\n{{ end }}\n", render],
    ["a placeholder", "kind: Pod\nnames: [${NAME}, b]\n", /placeholder \$\{NAME\}\.$/],
    ["a number that JSON does not have", "kind: .nan\n", 'in quotes: ".nan".'],
    ["a template elsewhere", `${CREDSPEC.replace("kind", "kin")}x: "{{ y }}"\n`, /^$/],
  ])("is reported with a remedy: %s", (_, content, remedy) => {
    const { problems } = readManifests({ filename: [file("wrong.yaml", content)] });
    expect(problems.map(problem => problem.remedy)).toEqual([expect.stringMatching(remedy)]);
  });

  test("does not affect the documents beside it", () => {
    const { manifests, problems } = readManifests({
      filename: [file("some.yaml", `${CREDSPEC}---\nkind: Pod\n---\n${CREDSPEC}`)],
    });
    expect([manifests.length, problems.length]).toEqual([2, 1]);
  });

  test("is an error for commands that need all", () => {
    const path = file("wrong.yaml", "apiVersion: v1\n");
    expect(() => namesIn(path)).toThrow(`${path}:1: not a Kubernetes object: kind: is missing`);
  });
});
