/** `gmsa convert` as users run it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

import { credspecOf } from "../fixtures/credspec-case";
import { gmsa } from "../support/gmsa-program";

const FILES = join(__dirname, "../fixtures/credspec-files");
const JOINED = credspecOf("joined");
const JSON_TEXT = JSON.stringify(JOINED, null, 4);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gmsa-convert-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** @returns the path of a file with this content. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function objectsIn(yaml: string): unknown[] {
  return [...parseAllDocuments(yaml)].map(document => document.toJS() as unknown);
}

describe("gmsa convert", () => {
  test("lists the corrections that gmsa lint --fix would make, and a pipe makes them", async () => {
    const mistaken = JSON_TEXT.replaceAll('"webapp1"', '"webapp1$"');
    const converted = await gmsa(["convert", file("webapp1.json", mistaken)]);
    expect(converted.stderr).toMatch(/`gmsa lint --fix` corrects 3 of these in the manifest/);

    const fixed = await gmsa(["lint", "--fix", "-"], { stdin: converted.stdout });
    const once = await gmsa(["convert", file("webapp1.json", JSON_TEXT)]);

    expect(objectsIn(fixed.stdout)).toEqual(objectsIn(once.stdout));
    expect(once.stderr).not.toContain("--fix");
  });

  test("converts the output of New-CredentialSpec to an object", async () => {
    const { stdout, stderr, code } = await gmsa(["convert", "contoso_webapp1.json"], {
      cwd: FILES,
    });
    expect({ stderr, code }).toEqual({
      stderr:
        "contoso_webapp1.json: an object cannot be named contoso_webapp1 " +
        "(lower case letters, digits, - and . only); it is named contoso-webapp1\n",
      code: 0,
    });
    expect(stdout).toBe(`apiVersion: windows.k8s.io/v1
kind: GMSACredentialSpec
metadata:
  name: contoso-webapp1
credspec:
  CmsPlugins:
    - ActiveDirectory
  DomainJoinConfig:
    Sid: S-1-5-21-1957390241-3086214477-2670915583
    MachineAccountName: webapp1
    Guid: 6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13
    DnsTreeName: contoso.com
    DnsName: contoso.com
    NetBiosName: CONTOSO
  ActiveDirectoryConfig:
    GroupManagedServiceAccounts:
      - Name: webapp1
        Scope: contoso.com
      - Name: webapp1
        Scope: CONTOSO
`);
  });

  test.each([
    ["UTF-8", Buffer.from(JSON_TEXT)],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${JSON_TEXT}`)],
    ["UTF-16 LE", Buffer.from(`\ufeff${JSON_TEXT}`, "utf16le")],
    ["UTF-16 BE", Buffer.from(`\ufeff${JSON_TEXT}`, "utf16le").swap16()],
  ])("reads %s", async (_, bytes) => {
    const fromFile = await gmsa(["convert", file("webapp1.json", bytes)]);
    const fromStdin = await gmsa(["convert", "-", "--name", "webapp1"], { stdin: bytes });
    expect(fromFile).toMatchObject({ code: 0, stderr: "" });
    expect(parse(fromFile.stdout)).toMatchObject({
      metadata: { name: "webapp1" },
      credspec: JOINED,
    });
    expect(fromStdin.stdout).toBe(fromFile.stdout);
  });

  test("refuses bytes that are not text, and prints nothing", async () => {
    const result = await gmsa(["convert", file("webapp1.json", Buffer.from([0x7b, 0xff, 0x80]))]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("is not text");
  });

  test.each([
    ["gmsa-WebApp1", "gmsa-webapp1"],
    ["Web Café_1.", "web-cafe-1"],
    ["-a--b-..c-", "a-b.c"],
  ])("derives a valid name from %s and reports it", async (wanted, name) => {
    const { stdout, stderr, code } = await gmsa(["convert", "-", "--name", wanted], {
      stdin: JSON_TEXT,
    });
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({ metadata: { name } });
    expect(stderr).toBe(
      `stdin: an object cannot be named ${wanted} (lower case letters, digits, - and . only); ` +
        `it is named ${name}\n`,
    );
  });

  test("a name that is too long is cut, and that is why", async () => {
    const { stdout, stderr, code } = await gmsa(["convert", "-", "--name", "a".repeat(254)], {
      stdin: JSON_TEXT,
    });
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({ metadata: { name: "a".repeat(253) } });
    expect(stderr).toContain(" (at most 253 characters); it is named ");
  });

  test("names the object after the account if there is no better name", async () => {
    const fromStdin = await gmsa(["convert", "-"], { stdin: JSON_TEXT });
    const fromFile = await gmsa(["convert", file("credspec.json", JSON_TEXT)]);
    expect(fromStdin).toMatchObject({
      code: 0,
      stderr: "stdin: named webapp1, after the account\n",
    });
    expect(fromFile.stdout).toBe(fromStdin.stdout);
  });

  test("requires a name where none can be derived", async () => {
    const result = await gmsa(["convert", "-"], { stdin: '{"CmsPlugins":["ActiveDirectory"]}' });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("Give one with --name.");
  });

  test("adds the RBAC objects that let service accounts use it", async () => {
    const { stdout, code } = await gmsa(
      [
        ...["convert", "--name", "webapp1", "--rbac", "-n", "hr"],
        // The argument after the value is not read as another service account.
        ...["--service-account", "shop/web,web", "-"],
      ],
      { stdin: JSON_TEXT },
    );
    expect(code).toBe(0);
    const objects = objectsIn(stdout) as { kind: string; subjects?: unknown; rules?: unknown }[];
    expect(objects.map(({ kind }) => kind)).toEqual([
      ...["GMSACredentialSpec", "ClusterRole", "RoleBinding", "RoleBinding"],
    ]);
    expect(objects[1]?.rules).toEqual([
      {
        apiGroups: ["windows.k8s.io"],
        resources: ["gmsacredentialspecs"],
        resourceNames: ["webapp1"],
        verbs: ["use"],
      },
    ]);
    expect(objects[3]?.subjects).toEqual([
      { kind: "ServiceAccount", name: "web", namespace: "hr" },
    ]);
  });
});

describe("problems", () => {
  test("warnings are printed, and the file is converted", async () => {
    const { code, stderr, stdout } = await gmsa(["convert", "suspicious.json"], { cwd: FILES });
    expect(code).toBe(0);
    expect(
      stderr.split("\n").filter(line => !line.startsWith("suspicious.json: warning: ")),
    ).toEqual([
      "suspicious.json: `gmsa lint --fix` corrects 2 of these in the manifest, also behind a pipe: `... | gmsa lint --fix -`",
      "",
    ]);
    expect(stderr).toContain("credspec.DomainJoinConfig.NetBIOSName should be NetBiosName");
    expect(stdout).toContain("NetBIOSName: CONTOSO");
  });

  test("a file with the name of a guide is converted, with a warning", async () => {
    file("your-account.json", JSON_TEXT);
    const { code, stdout, stderr } = await gmsa(["convert", "your-account.json"], { cwd: folder });
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({ metadata: { name: "your-account" } });
    expect(stderr).toContain(
      "your-account.json: warning: its name has a placeholder (your-account)",
    );
  });

  test("errors are printed, nothing is lost, and the exit code is 1", async () => {
    const { code, stderr, stdout } = await gmsa(["convert", "broken.json"], { cwd: FILES });
    expect(code).toBe(1);
    expect(stderr).toContain("broken.json: error: credspec.DomainJoinConfig.Guid should be ");
    expect(parse(stdout)).toMatchObject({
      credspec: JSON.parse(readFileSync(join(FILES, "broken.json"), "utf8")) as object,
    });
  });

  test.each([
    [
      "a comma too many",
      '{\n  "CmsPlugins": ["ActiveDirectory"],\n}',
      3,
      "column 1: expected a key in double",
    ],
    ["an end too early", '{\n  "CmsPlugins": ["ActiveDirectory"]\n', 3, "column 1: a } is missing"],
    ["a comment", '// mine\n{"CmsPlugins": []}', 1, "column 1: JSON does not allow comments"],
    ["single quotes", "{'CmsPlugins': []}", 1, "column 2: not valid JSON"],
    ["nothing at all", "", 1, "the file is empty"],
    ["blanks alone", " \r\n", 1, "the file is empty"],
    [
      "depth without end",
      `{"CmsPlugins":${"[".repeat(1e5)}${"]".repeat(1e5)}}`,
      1,
      "not a credential spec",
    ],
    [
      "no object",
      '["ActiveDirectory"]',
      1,
      "a credential spec must be a JSON object, and this is not one",
    ],
    ["another object", '{"name": "x"}', 1, "not a credential spec: it has none of the keys "],
    [
      "the contents one level too deep",
      '{"credspec": {"CmsPlugins": []}}',
      1,
      "not a credential spec: it has none of the keys CmsPlugins, DomainJoinConfig, ActiveDirectoryConfig; its contents are under credspec: convert what is there",
    ],
    [
      "a list of one",
      '[{"CmsPlugins": []}]',
      1,
      "a credential spec must be a JSON object, and this is not one; its contents are under [0]: convert",
    ],
    [
      "a resource",
      "apiVersion: windows.k8s.io/v1\nkind: GMSACredentialSpec",
      1,
      "this is already a GMSA",
    ],
    ["a resource in JSON", '{"kind": "GMSACredentialSpec"}', 1, "this is already a GMSA"],
  ])("%s has a line", async (_, text, line, message) => {
    const path = file("webapp1.json", text);
    const result = await gmsa(["convert", path]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain(`${path}:${line}: error: ${message}`);
  });

  test("valid files are converted, even if others cannot be", async () => {
    file("a.json", "{");
    file("b.json", JSON_TEXT);
    const { code, stdout } = await gmsa(["convert", folder]);
    expect(code).toBe(1);
    expect(parse(stdout)).toMatchObject({ metadata: { name: "b" }, credspec: JOINED });
  });

  test("two objects with one name are refused, and nothing is printed", async () => {
    mkdirSync(join(folder, "b"));
    const first = file("WebApp1.json", JSON_TEXT);
    const second = file("b/webapp1.json", JSON_TEXT);
    const result = await gmsa(["convert", folder, "-R"]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain(
      `error: two credential specs would be named webapp1: ${first} and ${second}\n`,
    );
  });

  test.each([
    [[], "missing files, folders, or - for stdin"],
    [
      ["a.json", "b.json", "--name", "x"],
      "--name names one credential spec, and there are 2 files",
    ],
    [["a.json", "--rbac"], "--rbac needs --service-account"],
    [["a.json", "--service-account", "shop/web"], "--service-account needs --rbac"],
    [["a.json", "--rbac", "--service-account", "web"], "it must be a namespace and a name"],
    [["a.json", "--rbac", "--service-account", "a.b/web"], "it must be a namespace and a name"],
    [["a.json", "--rbac", "--service-account", "shop/web/x"], "it must be a namespace and a name"],
    [["a.json", "--name", "${NAME}"], "--name ${NAME} is a placeholder"],
    [
      ["a.json", "--rbac", "--service-account", "shop/your-account"],
      '"your-account" is a placehol',
    ],
    [["a.json", "--to", "json", "--rbac"], "--rbac adds Kubernetes objects"],
    [["a.json", "--to", "json", "--name", "x"], "--name names a Kubernetes object"],
    [["a.json", "--to", "xml"], "Allowed choices are yaml, json"],
  ])("wrong usage: %j", async (args, message) => {
    file("a.json", JSON_TEXT);
    file("b.json", JSON_TEXT);
    const result = await gmsa(["convert", ...args], { cwd: folder });
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(message);
  });

  test("a file that is not there is named", async () => {
    const result = await gmsa(["convert", "nowhere.json"], { cwd: folder });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("nowhere.json: no such file or folder");
  });
});
