/** `gmsa lint --fix` on files on disk. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execFileSync } from "node:child_process";

import { findKubectl } from "../../tools/build/find-kubectl";
import { folderOfEachTest } from "../support/folder-of-test";
import { gmsa, type GmsaResult } from "../support/gmsa-program";

const BEFORE = `# of the shop
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  nodeSelector: { kubernetes.io/os: windows }
  securityContext:
    windowsOptions:
      gmsaCredentialSpecname: webapp1 # of the shop
  containers:
    - name: web
`;
const AFTER = BEFORE.replace("Specname", "SpecName");
const LINUX = BEFORE.replace("windows }", "linux }").replace("{ name: web }", "{ name: linux }");
const folder = folderOfEachTest("gmsa-lint-fix-");

function fix(args: readonly string[], stdin = ""): Promise<GmsaResult> {
  return gmsa(["lint", "--fix", ...args], { cwd: folder.path, stdin });
}

test("writes the file, counts the corrections, and exits with the code of a gmsa lint afterwards", async () => {
  const file = folder.file("web.yaml", BEFORE);
  const left = folder.file("linux.yaml", LINUX);
  const { code, stdout, stderr } = await fix(["web.yaml"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("fixed 1, 0 left\n");
  expect(readFileSync(file, "utf8")).toBe(AFTER);

  const second = await fix(["."]);
  expect(second).toMatchObject({ code: 1, stdout: expect.stringContaining("GMSA213") as string });
  expect(second.stderr).toContain("fixed 1, 1 left\n");
  expect(readFileSync(left, "utf8")).toBe(LINUX.replace("Specname", "SpecName"));
  expect(await fix(["."])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("fixed 0, 1 left\n") as string,
  });
});

test("keeps the encoding, the mark before it, the line breaks and the permissions", async () => {
  const windows = (text: string): string => text.replaceAll("\n", "\r\n");
  const encodings = {
    "utf8.yaml": (text: string) => Buffer.from(`\uFEFF${windows(text)}`),
    "utf16le.yaml": (text: string) => Buffer.from(`\uFEFF${windows(text)}`, "utf16le"),
    "utf16be.yaml": (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
    "unmarked.yaml": (text: string) => Buffer.from(text, "utf16le"),
  };
  for (const [name, encode] of Object.entries(encodings)) {
    writeFileSync(join(folder.path, name), encode(BEFORE));
    chmodSync(join(folder.path, name), 0o640);
  }
  expect(await fix(["."])).toMatchObject({ code: 0 });
  for (const [name, encode] of Object.entries(encodings)) {
    const path = join(folder.path, name);
    expect([name, readFileSync(path)]).toEqual([name, encode(AFTER)]);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  }
  expect(readdirSync(folder.path).sort()).toEqual(Object.keys(encodings).sort());
});

test("writes the target of a link, and keeps the link", async () => {
  const file = folder.file("there/web.yaml", BEFORE);
  const link = join(folder.path, "web.yaml");
  symlinkSync(file, link);
  expect(await fix(["web.yaml", "-f", "there"])).toMatchObject({ code: 0 });
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, "utf8")).toBe(AFTER);
});

test("a read-only file is kept, the others are written, and the run fails", async () => {
  const file = folder.file("a.yaml", BEFORE);
  const other = folder.file("b.yaml", BEFORE.replace("name: web", "name: other"));
  // After the first correction, the file would have two other findings.
  const twice = folder.file(
    "c.yaml",
    BEFORE.replace(
      /windowsOptions:\n.*/,
      "windowsoptions: { gmsaCredentialSpecName: x }\n    gmsaCredentialSpecName: x",
    ),
  );
  for (const path of [file, twice]) chmodSync(path, 0o444);
  const { code, stdout, stderr } = await fix(["a.yaml", "b.yaml", "c.yaml"]);
  expect(code).toBe(1);
  expect(stderr).toContain("cannot write a.yaml: it is read-only");
  expect(stderr).toContain("cannot write c.yaml: it is read-only");
  expect(stderr).toContain("fixed 1, 3 left\n");
  expect(stdout).toContain("GMSA210");
  expect(readFileSync(file, "utf8")).toBe(BEFORE);
  expect(readFileSync(other, "utf8")).toContain("gmsaCredentialSpecName");
});

test("the corrected text of stdin is printed, and findings are on stderr", async () => {
  const { code, stdout, stderr } = await fix(["-f", "-"], LINUX);
  expect({ code, stdout }).toEqual({ code: 1, stdout: LINUX.replace("Specname", "SpecName") });
  expect(stderr).toContain("GMSA213");
  expect(stderr).toContain("fixed 1, 1 left\n");
  // Correct input is printed too, for pipes.
  expect(await fix(["-"], AFTER)).toMatchObject({ code: 0, stdout: AFTER });
});

test("--dry-run prints differences that patch applies, and writes nothing", async () => {
  const file = folder.file("apps/web.yaml", `${BEFORE}---\n${LINUX}`);
  const { code, stdout, stderr } = await fix([".", "--dry-run"]);
  expect(code).toBe(1);
  expect(stderr).toContain("GMSA213");
  expect(stderr).toContain("would fix 2, 1 left\n");
  expect(readFileSync(file, "utf8")).toBe(`${BEFORE}---\n${LINUX}`);
  expect(stdout).toMatch(/^--- a\/apps\/web\.yaml\n\+\+\+ b\/apps\/web\.yaml\n@@ /);
  execFileSync("git", ["apply"], { cwd: folder.path, input: stdout });
  await fix(["."]);
  expect(await fix([".", "--dry-run"])).toMatchObject({ code: 1, stdout: "" });
  expect(readFileSync(file, "utf8")).not.toContain("Specname");
});

test("rendered or piped manifests cannot be written, which is reported", async () => {
  folder.file("base/kustomization.yaml", "resources: [web.yaml]\n");
  const file = folder.file("base/web.yaml", BEFORE);
  const path = `${dirname(await findKubectl())}:${process.env["PATH"] ?? ""}`;
  const rendered = await gmsa(["lint", "--fix", "-k", "base"], {
    cwd: folder.path,
    env: { PATH: path },
  });
  expect(rendered.code).toBe(1);
  expect(rendered.stderr).toContain("base (rendered) is rendered, so --fix cannot change it");
  expect(readFileSync(file, "utf8")).toBe(BEFORE);
});

test("two results are not printed at once", async () => {
  folder.file("web.yaml", BEFORE);
  for (const args of [
    ["web.yaml", "--dry-run", "-o", "json"],
    ["-", "-o", "json"],
  ]) {
    const { code, stdout, stderr } = await fix(args, BEFORE);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("so a report cannot be printed as well\nRemove -o.");
  }
  const { code, stderr } = await gmsa(["lint", "web.yaml", "--dry-run"], { cwd: folder.path });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining("--dry-run needs --fix") as string,
  });
  expect(existsSync(join(folder.path, "web.yaml"))).toBe(true);
});

test("-o json has the remaining findings, each with what --fix would write", async () => {
  folder.file("web.yaml", BEFORE);
  const { stdout } = await gmsa(["lint", "web.yaml", "-o", "json"], { cwd: folder.path });
  const { findings } = JSON.parse(stdout) as { findings: object[] };
  const path = ["spec", "securityContext", "windowsOptions", "gmsaCredentialSpecname"];
  expect(findings).toMatchObject([
    { fixes: [{ document: 0, path, edit: { kind: "key", to: "gmsaCredentialSpecName" } }] },
  ]);
  const fixed = await fix(["web.yaml", "-o", "json"]);
  expect(JSON.parse(fixed.stdout)).toMatchObject({ findings: [] });
});

test("the output of convert is corrected through a pipe, as convert suggests", async () => {
  const guid = "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13";
  const sid = "S-1-5-21-1957390241-3086214477-2670915583";
  const names = { DnsTreeName: "contoso.com", DnsName: "contoso.com", NetBiosName: "CONTOSO" };
  const account = (Scope: string): object => ({ Name: "webapp1$", Scope });
  const credspec = {
    CmsPlugins: ["ActiveDirectory"],
    DomainJoinConfig: { Sid: sid, MachineAccountName: "webapp1$", Guid: `{${guid}}`, ...names },
    ActiveDirectoryConfig: {
      GroupManagedServiceAccounts: [account("contoso.com"), account("CONTOSO")],
    },
  };
  const stdin = JSON.stringify(credspec);
  const converted = await gmsa(["convert", "-", "--name", "webapp1"], { stdin });
  expect(converted.stderr).toContain("also behind a pipe: `... | gmsa lint --fix -`");
  const { code, stdout, stderr } = await fix(["-"], converted.stdout);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: converted.stdout.replaceAll("webapp1$", "webapp1").replace(`{${guid}}`, guid),
  });
  expect(stderr).toContain("fixed 4, 0 left\n");
});
